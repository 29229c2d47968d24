#ifndef ETALON_CLIENT_INTERRUPT_H_
#define ETALON_CLIENT_INTERRUPT_H_

#include <atomic>
#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/mutex.h"

namespace etalon {

// The user's wish to stop. Thread-safe.
class Interrupt {
 public:
  // Ends what the program waits for, now and from now on.
  void Trigger();
  bool triggered() const;

  // Waits for `duration`, or less when triggered; whether it was.
  bool WaitFor(absl::Duration duration);

  // While it lives, `stop` is called when the interrupt is triggered; at once
  // when it was before. One at a time.
  class Guard {
   public:
    Guard(Interrupt& interrupt, std::function<void()> stop);
    ~Guard();
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

   private:
    Interrupt& interrupt_;
  };

 private:
  mutable Mutex mutex_;
  CondVar changed_;
  bool triggered_ ABSL_GUARDED_BY(mutex_) = false;
  // Called under the lock, so that it never outlives its guard; it must not
  // block.
  std::function<void()> stop_ ABSL_GUARDED_BY(mutex_);
};

// Triggers `interrupt` on the first SIGINT or SIGTERM and ends the process with
// status 130 on the second. Needs BlockTerminationSignals.
class SignalWatcher {
 public:
  explicit SignalWatcher(Interrupt& interrupt);
  ~SignalWatcher();

 private:
  std::atomic<bool> finished_ = false;
  std::thread thread_;
};

}  // namespace etalon

#endif  // ETALON_CLIENT_INTERRUPT_H_
