#include "server/search/tpe_sampler.h"

#include <algorithm>
#include <cmath>

#include "common/random.h"
#include "server/search/descending.h"
#include "server/search/observed.h"
#include "server/search/parzen.h"
#include "server/search/unit_cube.h"

namespace etalon {
namespace {

using Assignments = std::vector<v1::ParameterAssignment>;

// Bergstra and others' share of the best, the most that they are, and the
// number of candidates, as their Hyperopt has them.
constexpr double kBestShare = 0.1;
constexpr size_t kMostBest = 25;
constexpr int kCandidates = 24;
// How wide kernels are (parzen.h). The others lie everywhere, and what is known
// near the best is told apart only by narrower ones: with 0.7 for both, a
// search stays where the first good ones were. Of 0.5 to 0.85 and 0.3 to 0.7
// these did best or nearly so on Branin's, Hartmann's and Rosenbrock's
// functions and on two landscapes of trained networks.
constexpr double kBestWidth = 0.6;
constexpr double kOthersWidth = 0.35;

// Which of `observed` are the best.
std::vector<bool> ChooseBest(absl::Span<const Observation> observed) {
  const auto ended =
      std::count_if(observed.begin(), observed.end(), [](const Observation& o) {
        return o.state != Observation::State::kOpen;
      });
  const std::vector<size_t> ranked = RankMeasured(observed);
  const size_t best = std::min({kMostBest, ranked.size(),
                                static_cast<size_t>(std::ceil(
                                    kBestShare * static_cast<double>(ended)))});
  std::vector<bool> is_best(observed.size());
  for (size_t i = 0; i < best; ++i) is_best[ranked[i]] = true;
  return is_best;
}

}  // namespace

Assignments ProposeByTpe(uint64_t seed, absl::Span<const v1::Parameter> box,
                         absl::Span<const Observation> observed) {
  const std::vector<bool> is_best = ChooseBest(observed);
  std::vector<Cells> best;
  std::vector<Cells> others;
  for (size_t i = 0; i < observed.size(); ++i) {
    (is_best[i] ? best : others)
        .push_back(CellsOf(box, observed[i].parameters));
  }
  const ParzenEstimator good(box, best, kBestWidth);
  const ParzenEstimator bad(box, others, kOthersWidth);

  RandomStream random(seed, observed.size());
  std::vector<Assignments> candidates;
  std::vector<double> gains;  // logarithms of the densities' ratios
  for (int i = 0; i < kCandidates; ++i) {
    candidates.push_back(ConfigurationAt(box, good.DrawMarginals(random)));
    const Cells cells = CellsOf(box, candidates.back());
    gains.push_back(good.LogDensity(cells) - bad.LogDensity(cells));
  }
  const std::vector<size_t> order = DescendingOrder(gains);
  const auto fresh = std::find_if(order.begin(), order.end(), [&](size_t i) {
    return !IsObserved(candidates[i], observed);
  });
  return candidates[fresh == order.end() ? order[0] : *fresh];
}

}  // namespace etalon
