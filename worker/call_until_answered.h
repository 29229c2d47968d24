#ifndef ETALON_WORKER_CALL_UNTIL_ANSWERED_H_
#define ETALON_WORKER_CALL_UNTIL_ANSWERED_H_

#include <functional>

#include "absl/status/status.h"
#include "common/backoff.h"
#include "worker/stop_signal.h"

namespace etalon {

// Makes `call` until the coordinator answers it, OK or a refusal (IsRefusal),
// with pauses of `backoff`, which begins anew; once more when the process is to
// end. Returns its last status.
absl::Status CallUntilAnswered(const std::function<absl::Status()>& call,
                               Backoff& backoff, StopSignal& stop);

}  // namespace etalon

#endif  // ETALON_WORKER_CALL_UNTIL_ANSWERED_H_
