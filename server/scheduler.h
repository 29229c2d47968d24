#ifndef ETALON_SERVER_SCHEDULER_H_
#define ETALON_SERVER_SCHEDULER_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "etalon/v1/worker.pb.h"
#include "etalon/v1/worker_service.pb.h"
#include "server/effects.h"
#include "storage/transaction.h"

namespace etalon {

// Chooses which trials a worker gets: running searches take turns, one request
// a turn, and a request gets trials of one stage of one search, lowest numbers
// first. What a trial is trained by does not depend on any of this.
//
// Threads: belongs to one.
class Scheduler {
 public:
  explicit Scheduler(uint64_t database_generation)
      : database_generation_(database_generation) {}

  struct Request {
    WorkerId worker = 0;
    // What the worker can use; a data set that is not listed counts as usable.
    const v1::Capabilities& capabilities;
    absl::string_view request_id;
    int max_trials = 0;
  };

  // The live leases that the same request made before, or new ones; empty when
  // no running search has a queued trial that the worker can train.
  absl::StatusOr<v1::LeaseTrialsResponse> Lease(Transaction& transaction,
                                                const Request& request,
                                                absl::Time now,
                                                Effects& effects);

  // What is remembered of the searches is out of date.
  void Forget() { running_.reset(); }

 private:
  // A RUNNING search, and its open stage once that was looked up.
  struct Candidate {
    SearchId search = 0;
    bool started = false;
    std::optional<StageRecord> stage;
  };

  absl::Status Recall(Transaction& transaction);
  absl::StatusOr<v1::LeaseTrialsResponse> LeaseFrom(Transaction& transaction,
                                                    Candidate& candidate,
                                                    const Request& request,
                                                    absl::Time now,
                                                    Effects& effects);
  absl::StatusOr<v1::LeasedTrial> Describe(const TrialRecord& trial,
                                           const StageRecord& stage);

  const uint64_t database_generation_;
  // By id. Kept between requests, because reading them is most of a lease's
  // cost. An operation of the same transaction may have changed them since:
  // which trials are QUEUED is always the store's word.
  std::optional<std::vector<Candidate>> running_;
  // Whose turn was last. Not undone with a transaction that fails: the turn
  // then passes, and nothing else hangs on it.
  SearchId last_served_ = 0;
};

}  // namespace etalon

#endif  // ETALON_SERVER_SCHEDULER_H_
