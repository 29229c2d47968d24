#include "server/search/tpe_sampler.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "common/random.h"
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

struct Candidate {
  double gain = 0;  // logarithm of the densities' ratio
  Assignments parameters;
};

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
  const ParzenEstimator good(box, best);
  const ParzenEstimator bad(box, others);

  RandomStream random(seed, observed.size());
  std::vector<Candidate> candidates;
  for (int i = 0; i < kCandidates; ++i) {
    Assignments parameters = ConfigurationAt(box, good.Draw(random));
    const Cells cells = CellsOf(box, parameters);
    candidates.push_back({good.LogDensity(cells) - bad.LogDensity(cells),
                          std::move(parameters)});
  }
  std::stable_sort(
      candidates.begin(), candidates.end(),
      [](const Candidate& a, const Candidate& b) { return a.gain > b.gain; });
  const auto fresh = std::find_if(candidates.begin(), candidates.end(),
                                  [&observed](const Candidate& c) {
                                    return !IsObserved(c.parameters, observed);
                                  });
  return fresh == candidates.end() ? candidates[0].parameters
                                   : fresh->parameters;
}

}  // namespace etalon
