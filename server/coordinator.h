#ifndef ETALON_SERVER_COORDINATOR_H_
#define ETALON_SERVER_COORDINATOR_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/limits.h"
#include "etalon/v1/search_service.pb.h"
#include "etalon/v1/worker_service.pb.h"
#include "server/callback.h"
#include "server/effects.h"
#include "server/lease_batches.h"
#include "server/lease_table.h"
#include "server/moment.h"
#include "server/parked_leases.h"
#include "server/scheduler.h"
#include "server/search/stage_plan.h"
#include "server/stage_deadlines.h"
#include "server/stage_proposals.h"
#include "server/statistics.h"
#include "server/worker_owners.h"
#include "server/worker_table.h"
#include "server/write_queue.h"
#include "storage/transaction.h"

namespace etalon {

// The use cases that change something: searches begin and end, workers come and
// go, trials are leased, reported on and ended. docs/leases.md tells the laws.
//
// Promises: an answer of OK is given after the commit of what it says. The
// store holds all that a successor needs; what is here alone (deadlines, turns,
// who waits) only decides when things happen.
//
// Threads: every method from any thread, none blocks. All state here belongs to
// the thread that runs the queue, the writer's; answers come on the one that
// makes commits durable, or at once where they are refused. Both must have been
// stopped when this object goes.
class Coordinator {
 public:
  struct Options {
    // How long a lease lives without a heartbeat.
    absl::Duration lease_duration = absl::Seconds(30);
    int max_workers = kMaxWorkers;
    int max_open_polls = kMaxOpenPolls;
  };
  // Trials may miss two heartbeats before they are lost.
  static constexpr int kHeartbeatsPerLease = 3;

  // `look` is called on the writer's thread, which it must not hold up, when an
  // adaptive stage may have more configurations: what ProposeConfigurations
  // then finds is for Adopt.
  Coordinator(const Options& options, uint64_t database_generation,
              WriteQueue& writer, Clock& clock,
              std::function<void(const StageKey&)> look);
  Coordinator(const Coordinator&) = delete;
  Coordinator& operator=(const Coordinator&) = delete;

  // Takes up what the store holds: a fresh lease duration for every live lease,
  // and every open search brought on where it stopped. Answers once that is
  // committed. Once, before anything else.
  void Start(WriteQueue::Answer done);

  // Requests have passed server/request_checks.h. The status codes are those of
  // the services' definitions.
  void CreateSearch(v1::CreateSearchRequest request, Done<v1::Search> done);
  void PauseSearch(const v1::PauseSearchRequest& request,
                   Done<v1::Search> done);
  void ResumeSearch(const v1::ResumeSearchRequest& request,
                    Done<v1::Search> done);
  void CancelSearch(const v1::CancelSearchRequest& request,
                    Done<v1::Search> done);
  void DeleteSearch(const v1::DeleteSearchRequest& request,
                    Done<v1::DeleteSearchResponse> done);

  void RegisterWorker(v1::RegisterWorkerRequest request,
                      Done<v1::RegisterWorkerResponse> done) {
    RegisterWorkerOf("", std::move(request), std::move(done));
  }
  // The worker belongs to the token of the name `owner`, which is empty where
  // none are asked for. PERMISSION_DENIED: the worker that the request names,
  // or that its request id made, is another's.
  void RegisterWorkerOf(const std::string& owner,
                        v1::RegisterWorkerRequest request,
                        Done<v1::RegisterWorkerResponse> done);
  void UnregisterWorker(const v1::UnregisterWorkerRequest& request,
                        Done<v1::UnregisterWorkerResponse> done);

  // What it returns is for CancelLease.
  LeaseCallPtr LeaseTrials(v1::LeaseTrialsRequest request,
                           Done<v1::LeaseTrialsResponse> done);
  // The caller is gone: the call is answered with CANCELLED soon, unless it had
  // its answer.
  void CancelLease(LeaseCallPtr call);
  void Heartbeat(v1::HeartbeatRequest request,
                 Done<v1::HeartbeatResponse> done);
  void StoreModel(v1::StoreModelRequest request,
                  Done<v1::StoreModelResponse> done);
  void StoreCheckpoint(v1::StoreCheckpointRequest request,
                       Done<v1::StoreCheckpointResponse> done);
  void ReadCheckpoint(v1::ReadCheckpointRequest request,
                      Done<v1::ReadCheckpointResponse> done);
  // Checks the completions themselves, one by one.
  void CompleteTrials(v1::CompleteTrialsRequest request,
                      Done<v1::CompleteTrialsResponse> done);
  void ReturnTrials(v1::ReturnTrialsRequest request,
                    Done<v1::ReturnTrialsResponse> done);

  // What was proposed for a stage that was to be looked at.
  void Adopt(const StageKey& stage,
             absl::StatusOr<std::vector<Configuration>> proposed);

  // To be called every tick_interval(): ends leases and waits whose time is up.
  void Tick();
  absl::Duration tick_interval() const;

  // Answers all calls that wait, and hands out no more trials.
  void Drain();

  const WorkerTable& workers() const { return workers_; }
  const WorkerOwners& owners() const { return owners_; }
  const CoordinatorStatistics& statistics() const { return statistics_; }

 private:
  template <typename Response>
  using Operation =
      std::function<absl::StatusOr<Response>(Transaction&, Effects&)>;

  // Runs `operation` in a transaction; once that is committed, puts its effects
  // into force; once it is durable, answers.
  template <typename Response>
  void Mutate(Operation<Response> operation, Done<Response> done);
  // The same, but for the answer: calls `committed` on the writer's thread, or
  // `refused` on the calling one when the queue takes no more.
  template <typename Response>
  void Enact(Operation<Response> operation, Done<Response> committed,
             Done<Response> refused);
  // Answers once what is committed is durable. On the writer's thread.
  template <typename Response>
  void Tell(Done<Response> done, absl::StatusOr<Response> result);
  // Runs `step` of an operation such that its failure undoes nothing else, of
  // the store or of `effects`. As Transaction::Try.
  absl::Status Try(Transaction& transaction,
                   absl::FunctionRef<absl::Status(Effects&)> step,
                   Effects& effects, absl::Status* outcome);
  void Apply(const Effects& effects);
  // They do not come into force.
  void Discard(const Effects& effects);
  // The same, because the store runs the whole transaction again.
  void Undo(const Effects& effects);

  // coordinator_leases.cc
  void Attempt(const LeaseCallPtr& call);
  void Settle(LeaseCallPtr call,
              absl::StatusOr<v1::LeaseTrialsResponse> result);
  void WakeParked();
  absl::StatusOr<v1::Directive> Report(Transaction& transaction,
                                       WorkerId worker,
                                       const v1::TrialReport& report);
  // Leases to a worker that is heard with it.
  absl::StatusOr<v1::LeaseTrialsResponse> LeaseNow(Transaction& transaction,
                                                   WorkerId worker,
                                                   absl::string_view request_id,
                                                   int max_trials,
                                                   Effects& effects);
  absl::Status Requeue(Transaction& transaction, const LeaseRecord& lease,
                       absl::string_view message, Effects& effects);

  // The trial that `worker`, who is heard with it, holds under `token`.
  // FAILED_PRECONDITION: it holds none.
  absl::StatusOr<TrialRecord> FindHeld(Transaction& transaction,
                                       const std::string& worker,
                                       const v1::LeaseToken& token,
                                       Effects& effects);

  // coordinator_completions.cc
  absl::Status Complete(Transaction& transaction, WorkerId worker,
                        const v1::Completion& completion, Effects& effects);

  // coordinator_proposals.cc
  // With the next tick.
  void LookAgain(const StageKey& stage, const absl::Status& why);
  void LookAtStages(const Effects& effects);

  // coordinator_timers.cc
  void OnTick();
  void NoticeStall(absl::Duration now);
  Moment Now() const;
  void SetDeadline(StageId stage, absl::Time end);
  // Of stages whose time is up.
  absl::Status EndDueStages(Transaction& transaction, Effects& effects);
  // Those whose time was up at `now`, when the tick came: what is spent waiting
  // for the transaction is nobody's silence.
  absl::Status Expire(Transaction& transaction, absl::Duration now,
                      Effects& effects);
  absl::Status Lose(Transaction& transaction, const LeaseRecord& lease,
                    Effects& effects);

  // coordinator_workers.cc
  // NOT_FOUND: never registered, or said goodbye.
  absl::StatusOr<v1::Capabilities> Capabilities(Transaction& transaction,
                                                WorkerId worker);
  // The worker has spoken. An unknown one is passed over.
  absl::Status Hear(Transaction& transaction, WorkerId worker,
                    Effects& effects);

  // coordinator_searches.cc
  void SetState(const std::string& name, v1::Search::State state,
                Done<v1::Search> done);

  // coordinator_deletion.cc
  // Removes what is left of deleted searches, a piece at a time, others' turns
  // between them. Where a piece fails, the next tick goes on.
  void Purge();

  const Options options_;
  const uint64_t database_generation_;
  WriteQueue& writer_;
  Clock& clock_;
  const std::function<void(const StageKey&)> look_;
  WorkerTable workers_;
  WorkerOwners owners_;
  CoordinatorStatistics statistics_;
  std::atomic<bool> tick_pending_ = false;

  // The writer's thread alone touches the rest.
  LeaseTable leases_;
  ParkedLeases parked_;
  LeaseBatches batches_;
  Scheduler scheduler_;
  // Those under way that have not all their configurations.
  absl::flat_hash_map<StageId, StageKey> adaptive_stages_;
  std::vector<StageKey> look_again_;
  StageDeadlines deadlines_;
  absl::Duration last_tick_;
  std::string last_tick_error_;
  bool draining_ = false;
  // Whether deleted searches have rows left, and whether a piece is on its way.
  bool purge_due_ = true;
  bool purging_ = false;
};

}  // namespace etalon

#endif  // ETALON_SERVER_COORDINATOR_H_
