#include "server/ticker.h"

#include <utility>

namespace etalon {

Ticker::Ticker(absl::Duration interval, std::function<void()> tick)
    : interval_(interval), tick_(std::move(tick)), thread_([this] { Run(); }) {}

Ticker::~Ticker() { Stop(); }

void Ticker::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
}

void Ticker::Run() {
  while (Pause()) tick_();
}

// A spurious wake-up makes one tick early, which does no harm.
bool Ticker::Pause() {
  MutexLock lock(mutex_);
  if (!stopping_) changed_.WaitFor(mutex_, interval_);
  return !stopping_;
}

}  // namespace etalon
