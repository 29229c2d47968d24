#include "benchmarks/coordinator/timer.h"

#include <utility>

namespace etalon::benchmark {

Timer::~Timer() {
  {
    MutexLock lock(mutex_);
    ending_ = true;
    changed_.NotifyAll();
  }
  thread_.join();
}

void Timer::At(absl::Duration time, std::function<void()> function) {
  MutexLock lock(mutex_);
  const bool first = entries_.empty() || time < entries_.top().time;
  entries_.push({time, next_order_++, std::move(function)});
  if (first) changed_.NotifyAll();
}

void Timer::Run() {
  for (;;) {
    std::function<void()> function;
    {
      MutexLock lock(mutex_);
      for (;;) {
        if (ending_) return;
        if (entries_.empty()) {
          changed_.Wait(mutex_);
          continue;
        }
        const absl::Duration wait = entries_.top().time - clock_.Monotonic();
        if (wait <= absl::ZeroDuration()) break;
        changed_.WaitFor(mutex_, wait);
      }
      // A queue gives out constants alone; this one is gone with the next line.
      function = std::move(const_cast<Entry&>(entries_.top()).function);
      entries_.pop();
    }
    function();
  }
}

}  // namespace etalon::benchmark
