#include "client/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <utility>

#include "client/exit_code.h"
#include "common/signals.h"

namespace etalon {

void Interrupt::Trigger() {
  MutexLock lock(mutex_);
  triggered_ = true;
  if (stop_) stop_();
  changed_.NotifyAll();
}

bool Interrupt::triggered() const {
  MutexLock lock(mutex_);
  return triggered_;
}

bool Interrupt::WaitFor(absl::Duration duration) {
  MutexLock lock(mutex_);
  // A spurious wake-up ends the wait early, which callers, who poll, do not
  // mind.
  if (!triggered_) changed_.WaitFor(mutex_, duration);
  return triggered_;
}

Interrupt::Guard::Guard(Interrupt& interrupt, std::function<void()> stop)
    : interrupt_(interrupt) {
  MutexLock lock(interrupt.mutex_);
  if (interrupt.triggered_) stop();
  interrupt.stop_ = std::move(stop);
}

Interrupt::Guard::~Guard() {
  MutexLock lock(interrupt_.mutex_);
  interrupt_.stop_ = nullptr;
}

SignalWatcher::SignalWatcher(Interrupt& interrupt)
    : thread_([this, &interrupt] {
        for (;;) {
          WaitForTerminationSignal();
          if (finished_) return;
          if (interrupt.triggered()) {
            _exit(static_cast<int>(ExitCode::kInterrupted));
          }
          interrupt.Trigger();
        }
      }) {}

SignalWatcher::~SignalWatcher() {
  finished_ = true;
  pthread_kill(thread_.native_handle(), SIGTERM);
  thread_.join();
}

}  // namespace etalon
