#ifndef ETALON_WORKER_OUTAGE_LOG_H_
#define ETALON_WORKER_OUTAGE_LOG_H_

#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/mutex.h"

namespace etalon {

// Logs that calls to a peer fail and that they succeed again, once each,
// however many fail in between. Thread-safe.
class OutageLog {
 public:
  // `peer` is what to call it. `clock` must outlive the log.
  OutageLog(absl::string_view peer, const Clock& clock)
      : peer_(peer), clock_(clock) {}

  // Takes note of how a call ended. A refusal is an answer; CANCELLED, by
  // ourselves, says nothing.
  void Note(const absl::Status& status);

 private:
  const std::string peer_;
  const Clock& clock_;
  Mutex mutex_;
  // On the monotonic clock; empty while calls succeed.
  std::optional<absl::Duration> failing_since_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace etalon

#endif  // ETALON_WORKER_OUTAGE_LOG_H_
