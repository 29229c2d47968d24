#include "worker/call_until_answered.h"

#include "worker/coordinator_client.h"

namespace etalon {

absl::Status CallUntilAnswered(const std::function<absl::Status()>& call,
                               Backoff& backoff, StopSignal& stop) {
  backoff.Reset();
  for (;;) {
    const bool last = stop.Notified();
    const absl::Status status = call();
    if (last || status.ok() || IsRefusal(status)) return status;
    stop.WaitFor(backoff.Next());
  }
}

}  // namespace etalon
