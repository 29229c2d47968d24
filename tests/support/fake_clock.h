#ifndef ETALON_TESTS_SUPPORT_FAKE_CLOCK_H_
#define ETALON_TESTS_SUPPORT_FAKE_CLOCK_H_

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/mutex.h"

namespace etalon::testing {

// Stands still until it is told to move. Thread-safe.
class FakeClock : public Clock {
 public:
  absl::Time Now() const override {
    MutexLock lock(mutex_);
    return now_;
  }
  absl::Duration Monotonic() const override {
    MutexLock lock(mutex_);
    return monotonic_;
  }

  // Both clocks go on by `duration`.
  void Advance(absl::Duration duration) {
    MutexLock lock(mutex_);
    now_ += duration;
    monotonic_ += duration;
  }
  // The wall clock alone jumps, as by an administrator's hand.
  void JumpWallClock(absl::Duration duration) {
    MutexLock lock(mutex_);
    now_ += duration;
  }

 private:
  mutable Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_) =
      absl::FromUnixSeconds(1'700'000'000);
  absl::Duration monotonic_ ABSL_GUARDED_BY(mutex_) = absl::Hours(1);
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SUPPORT_FAKE_CLOCK_H_
