#include "common/limited_log.h"

#include "absl/strings/str_cat.h"
#include "common/log.h"

namespace etalon {

void LimitedLog::Note(absl::string_view what) {
  int64_t unsaid = 0;
  {
    MutexLock lock(mutex_);
    const absl::Duration now = clock_.Monotonic();
    if (last_line_.has_value() && now - *last_line_ < kLimitedLogInterval) {
      ++unsaid_;
      return;
    }
    last_line_ = now;
    unsaid = unsaid_;
    unsaid_ = 0;
  }
  LogWarning(what, unsaid == 0
                       ? ""
                       : absl::StrCat(" (and ", unsaid, " like it before)"));
}

}  // namespace etalon
