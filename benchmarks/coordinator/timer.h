#ifndef ETALON_BENCHMARKS_COORDINATOR_TIMER_H_
#define ETALON_BENCHMARKS_COORDINATOR_TIMER_H_

#include <cstdint>
#include <functional>
#include <queue>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/mutex.h"

namespace etalon::benchmark {

// Runs functions when their time has come, one after the other on a thread of
// its own: they must not block. Thread-safe.
class Timer {
 public:
  explicit Timer(Clock& clock) : clock_(clock), thread_([this] { Run(); }) {}
  // Forgets what is not due yet.
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // `time` of Clock::Monotonic.
  void At(absl::Duration time, std::function<void()> function);

 private:
  struct Entry {
    absl::Duration time;
    int64_t order;  // of those of one time
    std::function<void()> function;
    bool operator<(const Entry& other) const {
      return time != other.time ? time > other.time : order > other.order;
    }
  };

  void Run();

  Clock& clock_;
  Mutex mutex_;
  CondVar changed_;
  std::priority_queue<Entry> entries_ ABSL_GUARDED_BY(mutex_);
  int64_t next_order_ ABSL_GUARDED_BY(mutex_) = 0;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace etalon::benchmark

#endif  // ETALON_BENCHMARKS_COORDINATOR_TIMER_H_
