#ifndef ETALON_WORKER_AGENT_H_
#define ETALON_WORKER_AGENT_H_

#include <cstdint>
#include <string>

#include "worker/coordinator_client.h"
#include "worker/dataset_inventory.h"
#include "worker/held_trials.h"
#include "worker/registration.h"
#include "worker/request_ids.h"
#include "worker/self_check.h"
#include "worker/stop_signal.h"
#include "worker/trial_loop.h"
#include "worker/trial_runner.h"

namespace etalon {

struct AgentOptions {
  std::string display_name;
  // Groups of trials trained at the same time.
  int threads = 1;
  // Instruction set of the kernels, for the record.
  std::string kernel;
  TrialLoopOptions loop;
  // Random, of this process alone: request ids and jitter come from it.
  uint64_t seed = 0;
};

// A worker: registers with the coordinator, leases trials, trains them, sends
// heartbeats and reports results, for as long as it takes, whatever becomes of
// the coordinator meanwhile. The references must outlive it.
class Agent {
 public:
  Agent(const AgentOptions& options, CoordinatorClient& client,
        TrialRunner& runner, DatasetInventory& datasets, SelfCheck& self_check);

  // Works until Stop, then hands back what is not finished and says goodbye.
  // Starts two threads per group trained at the same time, of which
  // one reports its results, and one for heartbeats. Once only.
  void Run();

  // Makes Run return within a few seconds, at once where the coordinator
  // answers. From any thread.
  void Stop();

 private:
  // Best effort: what fails here, the leases' end puts right.
  void SayGoodbye();

  const AgentOptions options_;
  CoordinatorClient& client_;
  TrialRunner& runner_;
  DatasetInventory& datasets_;
  SelfCheck& self_check_;
  StopSignal stop_;
  RequestIds ids_;
  HeldTrials held_;
  Registration registration_;
};

}  // namespace etalon

#endif  // ETALON_WORKER_AGENT_H_
