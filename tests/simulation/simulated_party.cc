#include "tests/simulation/simulated_party.h"

#include <algorithm>

namespace etalon::testing {

void SimulatedParty::Stop(absl::Duration duration) {
  world_.Tell(name(), ": stopped for ", absl::FormatDuration(duration));
  stopped_until_ = std::max(stopped_until_, world_.timeline.now() + duration);
}

void SimulatedParty::Later(absl::Duration delay, std::function<void()> task) {
  const absl::Duration rest = stopped_until_ - world_.timeline.now();
  world_.timeline.After(std::max(delay, rest),
                        [this, life = life_, task = std::move(task)] {
                          if (life != life_) return;
                          if (world_.timeline.now() < stopped_until_) {
                            Later(absl::ZeroDuration(), task);
                          } else {
                            task();
                          }
                        });
}

}  // namespace etalon::testing
