#ifndef ETALON_WORKER_TRIAL_LOOP_H_
#define ETALON_WORKER_TRIAL_LOOP_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/backoff.h"
#include "worker/coordinator_client.h"
#include "worker/dataset_inventory.h"
#include "worker/held_trials.h"
#include "worker/registration.h"
#include "worker/request_ids.h"
#include "worker/result_reporter.h"
#include "worker/self_check.h"
#include "worker/stop_signal.h"
#include "worker/trial_runner.h"

namespace etalon {

// What the loops of a worker share; all of it thread-safe and outliving them.
struct TrialLoopContext {
  CoordinatorClient& client;
  Registration& registration;
  DatasetInventory& datasets;
  SelfCheck& self_check;
  HeldTrials& held;
  RequestIds& ids;
  TrialRunner& runner;
  StopSignal& stop;
};

struct TrialLoopOptions {
  // Trials leased at once.
  int fuse = 1;
  // How long a lease request waits at the coordinator for work.
  absl::Duration lease_wait = absl::Seconds(20);
  // Between tries while the coordinator is away: no longer than the channel
  // itself takes to connect again.
  Backoff::Options retry = {.maximum = absl::Seconds(2)};
  // Before asking for more after handing back for want of memory.
  Backoff::Options memory = {.initial = absl::Seconds(1),
                             .maximum = absl::Minutes(1)};
};

// One thread's work: leases trials, trains them, reports each as soon as it has
// ended, over and over. What is left at its end stays among the held trials.
// Not thread-safe.
class TrialLoop {
 public:
  // `stream` tells this loop's jitter from the others'.
  TrialLoop(const TrialLoopContext& context, const TrialLoopOptions& options,
            uint64_t seed, uint64_t stream);

  // Returns when the process is to end, within what a step of training, or at
  // worst the loading of a data set, takes.
  void Run();

 private:
  // Waits for trials; empty when there were none.
  absl::StatusOr<std::vector<HeldTrialPtr>> Lease();
  // Begins an intent to lease, unless one of this worker goes on.
  void PrepareRequest(const std::string& worker);
  // Trains them, and returns once each has been removed from the held trials,
  // because the coordinator has answered for it or it was dropped, or else the
  // process is to end. Returns trials to go on with, where they came with the
  // last answer.
  std::vector<HeldTrialPtr> Train(const std::vector<HeldTrialPtr>& trials);
  // Reports the last of a group, and where `more` asks for others in the same
  // call, unless this worker has to register first.
  std::vector<HeldTrialPtr> ReportLast(HeldTrialPtr trial, TrialResult result,
                                       bool more);
  // What each of them goes on from, "" for none: those that have lost theirs
  // begin anew, those that are no longer ours are dropped.
  std::vector<std::string> FetchCheckpoints(
      const std::vector<HeldTrialPtr>& trials);
  void LogLeased(const std::vector<HeldTrialPtr>& trials) const;
  void ReturnDatasetTrials(const std::vector<HeldTrialPtr>& trials,
                           const std::string& reason);
  void Return(const std::vector<HeldTrialPtr>& trials,
              const std::string& reason);
  void RemoveDropped(const HeldTrialPtr& trial);

  TrialLoopContext context_;
  const TrialLoopOptions options_;
  // Kept until the coordinator answers, so that a lost answer leaks no lease.
  v1::LeaseTrialsRequest request_;
  Backoff lease_backoff_;
  Backoff return_backoff_;
  Backoff checkpoint_backoff_;
  Backoff memory_backoff_;
  ResultReporter reporter_;
};

}  // namespace etalon

#endif  // ETALON_WORKER_TRIAL_LOOP_H_
