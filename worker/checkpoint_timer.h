#ifndef ETALON_WORKER_CHECKPOINT_TIMER_H_
#define ETALON_WORKER_CHECKPOINT_TIMER_H_

#include "absl/time/time.h"
#include "common/clock.h"

namespace etalon {

// When the trials of a group write checkpoints: in rounds, all after the same
// update, so that another attempt at them can again train them side by side.
// Borrows the clock. Not thread-safe: a group is on one thread.
class CheckpointTimer {
 public:
  // The first round comes after `interval`, as does each after the one before
  // has been written.
  CheckpointTimer(absl::Duration interval, const Clock& clock)
      : interval_(interval),
        clock_(clock),
        due_(clock.Monotonic() + interval) {}

  // The latest round, from 1; 0 before the first. A trial that has not written
  // in it is to do so now.
  int Round() {
    if (clock_.Monotonic() >= due_) {
      ++round_;
      NoteWritten();
    }
    return round_;
  }
  // A trial has written, or tried to.
  void NoteWritten() { due_ = clock_.Monotonic() + interval_; }

 private:
  const absl::Duration interval_;
  const Clock& clock_;
  absl::Duration due_;
  int round_ = 0;
};

}  // namespace etalon

#endif  // ETALON_WORKER_CHECKPOINT_TIMER_H_
