#ifndef ETALON_STORAGE_SQLITE_COUNTS_H_
#define ETALON_STORAGE_SQLITE_COUNTS_H_

#include <array>
#include <cstdint>
#include <map>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "etalon/v1/trial.pb.h"
#include "storage/sqlite/connection.h"

namespace etalon::sqlite {

// How many trials of a stage are in which state, and how many each worker has
// completed: kept in `stage_counts` and `workers` by whoever changes a trial,
// in the same transaction. Trials of one stage change by the dozen in a
// transaction, so changes are gathered here and written once for each stage and
// worker, by Flush.
//
// Whoever reads these columns by a statement of its own flushes first.
//
// Threads: that of the connection, which must outlive the object.
class Counts {
 public:
  explicit Counts(Connection& connection) : connection_(connection) {}

  // A transaction begins. With `write_through` changes are written at once: a
  // savepoint undoes what is in rows, and not what is gathered here.
  void Begin(bool write_through);

  // For a stage that is new.
  absl::Status InsertStage(int64_t stage);
  // It has so many more trials, all QUEUED.
  absl::Status AddQueued(int64_t stage, int64_t trials);
  // So many of its trials went from one state to another.
  absl::Status Change(int64_t stage, v1::Trial::State from, v1::Trial::State to,
                      int64_t trials = 1);
  // All that were open in the search are CANCELLED.
  absl::Status CancelOpen(int64_t search);
  // The worker has completed one more.
  absl::Status AddCompleted(int64_t worker);

  // How many of the stage's trials are in the state; 0 where there is no such
  // stage.
  absl::StatusOr<int64_t> Of(int64_t stage, v1::Trial::State state);

  // Writes what was gathered.
  absl::Status Flush();

 private:
  // By number of the state.
  using ByState = std::array<int64_t, v1::Trial::State_ARRAYSIZE>;
  struct Stage {
    // As the row has them; none before it was read.
    std::optional<ByState> written;
    ByState gathered = {};
  };

  absl::Status Settle() { return write_through_ ? Flush() : absl::OkStatus(); }
  absl::Status Write(int64_t stage, const ByState& changes);
  absl::StatusOr<ByState> Read(int64_t stage);

  Connection& connection_;
  bool write_through_ = true;
  std::map<int64_t, Stage> stages_;
  std::map<int64_t, int64_t> completed_;  // by worker
};

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_COUNTS_H_
