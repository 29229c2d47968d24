#ifndef ETALON_WORKER_STOP_SIGNAL_H_
#define ETALON_WORKER_STOP_SIGNAL_H_

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/mutex.h"

namespace etalon {

// Says once, and from then on, that the process is to end. Thread-safe.
class StopSignal {
 public:
  void Notify() {
    MutexLock lock(mutex_);
    notified_ = true;
    changed_.NotifyAll();
  }

  bool Notified() const {
    MutexLock lock(mutex_);
    return notified_;
  }

  // Waits for the signal for `timeout`, rarely less. Returns Notified().
  bool WaitFor(absl::Duration timeout) {
    MutexLock lock(mutex_);
    if (!notified_) changed_.WaitFor(mutex_, timeout);
    return notified_;
  }

 private:
  mutable Mutex mutex_;
  CondVar changed_;
  bool notified_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace etalon

#endif  // ETALON_WORKER_STOP_SIGNAL_H_
