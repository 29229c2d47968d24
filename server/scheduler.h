#ifndef ETALON_SERVER_SCHEDULER_H_
#define ETALON_SERVER_SCHEDULER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "etalon/v1/worker.pb.h"
#include "etalon/v1/worker_service.pb.h"
#include "server/effects.h"
#include "server/lease_batches.h"
#include "server/worker_table.h"
#include "storage/transaction.h"

namespace etalon {

// Chooses which trials a worker gets: running searches take turns, one request
// a turn, and a request gets trials of one stage of one search, lowest numbers
// first, no more than its share where others are idle too. A trial that was
// lost with its worker twice is given apart, and a worker gets one such at a
// time: what is lost with the worker beside it is not taken for what took it
// down. What a trial is trained by does not depend on any of this.
//
// Threads: belongs to one.
class Scheduler {
 public:
  // `workers` and `batches` must outlive it.
  Scheduler(uint64_t database_generation, const WorkerTable& workers,
            LeaseBatches& batches)
      : database_generation_(database_generation),
        workers_(workers),
        batches_(batches) {}

  struct Request {
    WorkerId worker = 0;
    // What the worker can use; a data set that is not listed counts as usable.
    const v1::Capabilities& capabilities;
    absl::string_view request_id;
    int max_trials = 0;
  };

  // The live leases that the same request made before, or new ones; empty when
  // no running search has a queued trial that the worker can train. New ones
  // are put among the batches at once, so that the next request of the same
  // transaction knows of them; the caller ends them should it fail.
  absl::StatusOr<v1::LeaseTrialsResponse> Lease(Transaction& transaction,
                                                const Request& request,
                                                absl::Time now,
                                                Effects& effects);

  // What is remembered of the searches is out of date.
  void Forget() { running_.reset(); }

  // Whether, since the last time it was asked, a request went without trials of
  // a search that has as many at work as it may: once one of them ends there
  // may be some.
  bool TakeHeldBack() { return std::exchange(held_back_, false); }

 private:
  // A RUNNING search, and its open stage once that was looked up.
  struct Candidate {
    SearchId search = 0;
    bool started = false;
    v1::SearchSpec spec;
    // Trials at work at once; none: as many as workers take.
    std::optional<int> max_parallel;
    std::optional<StageRecord> stage;
  };

  absl::Status Recall(Transaction& transaction);
  absl::StatusOr<v1::LeaseTrialsResponse> LeaseFrom(Transaction& transaction,
                                                    Candidate& candidate,
                                                    const Request& request,
                                                    absl::Time now,
                                                    Effects& effects);
  // Up to max_trials queued trials, either one that is suspect, which
  // `*suspect` then says, or none that are.
  absl::StatusOr<std::vector<TrialDetails>> ListQueued(Transaction& transaction,
                                                       SearchId search,
                                                       const Request& request,
                                                       bool* suspect);
  // How many of the search's queued trials, of which there are `wanted` or
  // more, one request gets: 1 to `wanted`.
  absl::StatusOr<size_t> ShareOf(Transaction& transaction, SearchId search,
                                 const v1::Dataset& dataset, size_t wanted);
  // How many more of the candidate's stage, which is known, may be at work: at
  // most `wanted`.
  absl::StatusOr<size_t> RoomOf(Transaction& transaction,
                                const Candidate& candidate, size_t wanted);
  absl::StatusOr<v1::LeasedTrial> Describe(Transaction& transaction,
                                           const TrialDetails& trial,
                                           const StageRecord& stage,
                                           const v1::SearchSpec& spec);

  const uint64_t database_generation_;
  const WorkerTable& workers_;
  LeaseBatches& batches_;
  // By id. Kept between requests, because reading them is most of a lease's
  // cost. An operation of the same transaction may have changed them since:
  // which trials are QUEUED is always the store's word.
  std::optional<std::vector<Candidate>> running_;
  // Whose turn was last. Not undone with a transaction that fails: the turn
  // then passes, and nothing else hangs on it.
  SearchId last_served_ = 0;
  bool held_back_ = false;
};

}  // namespace etalon

#endif  // ETALON_SERVER_SCHEDULER_H_
