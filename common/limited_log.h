#ifndef ETALON_COMMON_LIMITED_LOG_H_
#define ETALON_COMMON_LIMITED_LOG_H_

#include <cstdint>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/mutex.h"

namespace etalon {

// Tells the log of what strangers can bring about as often as they like: one
// line for each stretch of kLimitedLogInterval, with how many it stands for.
//
// Threads: any.
class LimitedLog {
 public:
  // Borrowed.
  explicit LimitedLog(const Clock& clock) : clock_(clock) {}

  void Note(absl::string_view what);

 private:
  const Clock& clock_;
  Mutex mutex_;
  // Since the last line.
  int64_t unsaid_ ABSL_GUARDED_BY(mutex_) = 0;
  std::optional<absl::Duration> last_line_ ABSL_GUARDED_BY(mutex_);
};

inline constexpr absl::Duration kLimitedLogInterval = absl::Seconds(10);

}  // namespace etalon

#endif  // ETALON_COMMON_LIMITED_LOG_H_
