#include "storage/sqlite/counts.h"

#include <cstddef>

#include "common/status_macros.h"

namespace etalon::sqlite {

void Counts::Begin(bool write_through) {
  write_through_ = write_through;
  stages_.clear();
  completed_.clear();
}

absl::Status Counts::InsertStage(int64_t stage) {
  return connection_.Run("INSERT INTO stage_counts (stage_id) VALUES (?)",
                         stage);
}

absl::Status Counts::AddQueued(int64_t stage, int64_t trials) {
  stages_[stage].gathered[v1::Trial::QUEUED] += trials;
  return Settle();
}

absl::Status Counts::Change(int64_t stage, v1::Trial::State from,
                            v1::Trial::State to, int64_t trials) {
  ByState& gathered = stages_[stage].gathered;
  gathered[from] -= trials;
  gathered[to] += trials;
  return Settle();
}

absl::Status Counts::CancelOpen(int64_t search) {
  ETALON_RETURN_IF_ERROR(Flush());
  stages_.clear();
  return connection_.Run(
      "UPDATE stage_counts SET cancelled = cancelled + queued + running"
      " + suspended, queued = 0, running = 0, suspended = 0 WHERE stage_id IN"
      " (SELECT stage_id FROM stages WHERE search_id = ?)",
      search);
}

absl::Status Counts::AddCompleted(int64_t worker) {
  ++completed_[worker];
  return Settle();
}

absl::StatusOr<int64_t> Counts::Of(int64_t stage, v1::Trial::State state) {
  Stage& counts = stages_[stage];
  if (!counts.written.has_value()) {
    ETALON_ASSIGN_OR_RETURN(counts.written, Read(stage));
  }
  const int64_t count = (*counts.written)[state] + counts.gathered[state];
  ETALON_RETURN_IF_ERROR(Settle());
  return count;
}

absl::Status Counts::Flush() {
  for (auto& [stage, counts] : stages_) {
    if (counts.gathered == ByState{}) continue;
    ETALON_RETURN_IF_ERROR(Write(stage, counts.gathered));
    if (counts.written.has_value()) {
      for (size_t i = 0; i < counts.gathered.size(); ++i) {
        (*counts.written)[i] += counts.gathered[i];
      }
    }
    counts.gathered = {};
  }
  for (const auto& [worker, trials] : completed_) {
    ETALON_RETURN_IF_ERROR(
        connection_.Run("UPDATE workers SET completed_trials ="
                        " completed_trials + ?2 WHERE worker_id = ?1",
                        worker, trials));
  }
  completed_.clear();
  // A savepoint undoes what was read as well.
  if (write_through_) stages_.clear();
  return absl::OkStatus();
}

absl::Status Counts::Write(int64_t stage, const ByState& changes) {
  return connection_.Run(
      "UPDATE stage_counts SET queued = queued + ?2, running = running + ?3,"
      " succeeded = succeeded + ?4, diverged = diverged + ?5,"
      " failed = failed + ?6, cancelled = cancelled + ?7,"
      " suspended = suspended + ?8, stopped = stopped + ?9 WHERE stage_id = ?1",
      stage, changes[v1::Trial::QUEUED], changes[v1::Trial::RUNNING],
      changes[v1::Trial::SUCCEEDED], changes[v1::Trial::DIVERGED],
      changes[v1::Trial::FAILED], changes[v1::Trial::CANCELLED],
      changes[v1::Trial::SUSPENDED], changes[v1::Trial::STOPPED]);
}

absl::StatusOr<Counts::ByState> Counts::Read(int64_t stage) {
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Prepare("SELECT queued, running, succeeded, diverged,"
                          " failed, cancelled, suspended, stopped"
                          " FROM stage_counts WHERE stage_id = ?",
                          stage));
  ETALON_RETURN_IF_ERROR(row.Step().status());
  ByState counts = {};
  for (const v1::Trial::State state :
       {v1::Trial::QUEUED, v1::Trial::RUNNING, v1::Trial::SUCCEEDED,
        v1::Trial::DIVERGED, v1::Trial::FAILED, v1::Trial::CANCELLED,
        v1::Trial::SUSPENDED, v1::Trial::STOPPED}) {
    counts[state] = row.NextInt64();
  }
  return counts;
}

}  // namespace etalon::sqlite
