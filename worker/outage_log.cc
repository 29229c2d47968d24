#include "worker/outage_log.h"

#include "common/log.h"
#include "worker/coordinator_client.h"

namespace etalon {

void OutageLog::Note(const absl::Status& status) {
  if (absl::IsCancelled(status)) return;
  const bool failed = !status.ok() && !IsRefusal(status);
  std::optional<absl::Duration> ended;
  {
    MutexLock lock(mutex_);
    if (failed == failing_since_.has_value()) return;
    const absl::Duration now = clock_.Monotonic();
    if (failed) {
      failing_since_ = now;
    } else {
      ended = now - *failing_since_;
      failing_since_.reset();
    }
  }
  if (ended.has_value()) {
    LogInfo("calls to ", peer_, " succeed again after ",
            absl::FormatDuration(absl::Trunc(*ended, absl::Milliseconds(100))));
  } else {
    LogWarning("calls to ", peer_, " fail; trying on (", status.ToString(),
               ")");
  }
}

}  // namespace etalon
