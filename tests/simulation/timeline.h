#ifndef ETALON_TESTS_SIMULATION_TIMELINE_H_
#define ETALON_TESTS_SIMULATION_TIMELINE_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/time/time.h"
#include "tests/support/fake_clock.h"

namespace etalon::testing {

// All that is to happen in a simulated world, in order of its time and, where
// that is the same, in the order in which it was said. Time passes only here
// and where a simulated disk is slow.
class Timeline {
 public:
  // Moves `clock`, which must outlive it.
  explicit Timeline(FakeClock& clock)
      : clock_(clock), start_(clock.Monotonic()) {}

  // Since the beginning of the world.
  absl::Duration now() const { return clock_.Monotonic() - start_; }

  void After(absl::Duration delay, std::function<void()> task);
  // Does what is next. What has been held up by a slow disk is done late.
  // False: nothing is to happen any more.
  bool Step();
  // Time passes for all, and nothing happens.
  void Pass(absl::Duration duration) { clock_.Advance(duration); }

 private:
  struct Event {
    absl::Duration time;
    int64_t sequence = 0;
    std::function<void()> task;
  };
  static bool Later(const Event& a, const Event& b) {
    return a.time != b.time ? a.time > b.time : a.sequence > b.sequence;
  }

  FakeClock& clock_;
  const absl::Duration start_;
  int64_t next_sequence_ = 0;
  std::vector<Event> events_;  // a heap
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SIMULATION_TIMELINE_H_
