#ifndef ETALON_TESTS_SIMULATION_WORLD_H_
#define ETALON_TESTS_SIMULATION_WORLD_H_

#include <cstdint>
#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/random.h"
#include "tests/simulation/fault_plan.h"
#include "tests/simulation/timeline.h"
#include "tests/simulation/trace.h"
#include "tests/support/fake_clock.h"

namespace etalon::testing {

// Of every simulated database.
inline constexpr uint64_t kGeneration = 0x5EED;

// What all parts of one simulation share. Whatever is random in it comes from
// one stream, in the order in which things happen.
struct World {
  World(uint64_t seed, const FaultPlan& plan, bool keep_trace)
      : faults(plan), timeline(clock), random(seed, 1), trace(keep_trace) {}

  const FaultPlan faults;
  FakeClock clock;
  Timeline timeline;
  RandomStream random;
  Trace trace;

  bool at_peace() const { return timeline.now() >= faults.until; }
  // Whether a fault that comes with this share comes now.
  bool Strikes(double share) {
    return share > 0 && !at_peace() && random.NextUniform() < share;
  }
  // Uniform in [least, most).
  absl::Duration Between(absl::Duration least, absl::Duration most) {
    return least + (most - least) * random.NextUniform();
  }
  template <typename... Parts>
  void Tell(const Parts&... parts) {
    trace.Add(timeline.now(), absl::StrCat(parts...));
  }
  // Calls `strike` again and again, at random times of this mean, while there
  // is no peace.
  void Every(absl::Duration mean, std::function<void()> strike) {
    if (mean == absl::InfiniteDuration()) return;
    timeline.After(Between(absl::ZeroDuration(), 2 * mean),
                   [this, mean, strike = std::move(strike)] {
                     if (at_peace()) return;
                     strike();
                     Every(mean, strike);
                   });
  }
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SIMULATION_WORLD_H_
