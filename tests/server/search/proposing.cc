#include "tests/server/search/proposing.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "server/search/random_sampler.h"
#include "server/search/sample.h"
#include "tests/server/search/specs.h"

namespace etalon::testing {

Measure Minimize(std::function<double(const Assignments&)> cost) {
  return [cost = std::move(cost)](const Assignments& configuration) {
    return Observation{.parameters = configuration,
                       .state = Observation::State::kMeasured,
                       .value = -cost(configuration)};
  };
}

std::vector<Observation> RunStage(uint64_t seed, const v1::Sample& sample,
                                  absl::Span<const v1::Parameter> box,
                                  const Measure& measure) {
  std::vector<Observation> observed;
  size_t closed = 0;
  while (closed < static_cast<size_t>(SampleCount(sample))) {
    const auto open = static_cast<size_t>(
        ProposableCount(sample, box, static_cast<int>(closed)));
    while (observed.size() < open) {
      observed.push_back(
          {.parameters = Propose(seed, 0, sample, box, observed)});
    }
    observed[closed] = measure(observed[closed].parameters);
    ++closed;
  }
  return observed;
}

double BestValue(absl::Span<const Observation> observed, size_t count) {
  double best = -std::numeric_limits<double>::infinity();
  for (const Observation& observation : observed.subspan(0, count)) {
    if (observation.state != Observation::State::kMeasured) continue;
    best = std::max(best, observation.value);
  }
  return best;
}

std::vector<v1::Parameter> BraninBox() {
  return {LinearRange("lambda", -5, 10), LinearRange("eta", 0, 15)};
}

double BraninRegret(const Assignments& configuration) {
  constexpr double kPi = std::numbers::pi;
  const double x = configuration[0].value().number();
  const double y = configuration[1].value().number();
  const double bowl = y - 5.1 / (4 * kPi * kPi) * x * x + 5 / kPi * x - 6;
  return bowl * bowl + 10 * (1 - 1 / (8 * kPi)) * std::cos(x) + 10 - 0.397887;
}

int WinsOverRandom(const v1::Sample& sample) {
  int wins = 0;
  for (uint64_t seed = 0; seed < 12; ++seed) {
    const std::vector<Observation> observed =
        RunStage(seed, sample, BraninBox(), Minimize(BraninRegret));
    double random = std::numeric_limits<double>::infinity();
    for (int index = 0; index < SampleCount(sample); ++index) {
      random = std::min(
          random, BraninRegret(DrawConfiguration(seed, 0, index, BraninBox())));
    }
    wins += -BestValue(observed, observed.size()) < random ? 1 : 0;
  }
  return wins;
}

}  // namespace etalon::testing
