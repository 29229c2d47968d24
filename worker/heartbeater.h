#ifndef ETALON_WORKER_HEARTBEATER_H_
#define ETALON_WORKER_HEARTBEATER_H_

#include <string>

#include "absl/status/status.h"
#include "common/backoff.h"
#include "worker/coordinator_client.h"
#include "worker/held_trials.h"
#include "worker/registration.h"
#include "worker/stop_signal.h"

namespace etalon {

// Tells the coordinator, as often as it asks for, that the worker lives, which
// trials it holds and what was measured, and drops what is no longer its own.
// While the coordinator is away it goes on trying, and the trials go on: their
// tokens decide later. The references must outlive it.
class Heartbeater {
 public:
  Heartbeater(CoordinatorClient& client, Registration& registration,
              HeldTrials& held, StopSignal& stop, Backoff backoff)
      : client_(client),
        registration_(registration),
        held_(held),
        stop_(stop),
        backoff_(backoff) {}

  // Returns when the process is to end. On one thread only.
  void Run();

 private:
  // One heartbeat, for all trials held under the name `worker`.
  absl::Status Beat(const std::string& worker);

  CoordinatorClient& client_;
  Registration& registration_;
  HeldTrials& held_;
  StopSignal& stop_;
  Backoff backoff_;
};

}  // namespace etalon

#endif  // ETALON_WORKER_HEARTBEATER_H_
