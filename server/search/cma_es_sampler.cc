#include "server/search/cma_es_sampler.h"

#include <Eigen/Core>
#include <algorithm>
#include <limits>

#include "common/random.h"
#include "server/search/cma_es.h"
#include "server/search/descending.h"
#include "server/search/unit_cube.h"

namespace etalon {
namespace {

// Of an integer's cell, the least deviation.
constexpr double kLeastShare = 1.0 / 3;

double ValueOf(const Observation& observation) {
  return observation.state == Observation::State::kMeasured
             ? observation.value
             : -std::numeric_limits<double>::infinity();
}

// Positions in `generation`, best first; of equal ones the earlier.
std::vector<size_t> Rank(absl::Span<const Observation> generation) {
  std::vector<double> values;
  values.reserve(generation.size());
  for (const Observation& observation : generation) {
    values.push_back(ValueOf(observation));
  }
  return DescendingOrder(values);
}

// The least deviations round `mean`, of the parameters `searched`.
Eigen::VectorXd LeastDeviations(absl::Span<const v1::Parameter> box,
                                absl::Span<const size_t> searched,
                                const Eigen::VectorXd& mean) {
  Eigen::VectorXd least = Eigen::VectorXd::Zero(mean.size());
  for (size_t k = 0; k < searched.size(); ++k) {
    const v1::Parameter& parameter = box[searched[k]];
    const auto row = static_cast<Eigen::Index>(k);
    least[row] = kLeastShare *
                 CellOf(parameter, DrawValue(parameter, mean[row])).width();
  }
  return least;
}

}  // namespace

std::vector<v1::ParameterAssignment> ProposeByCmaEs(
    uint64_t seed, int population, absl::Span<const v1::Parameter> box,
    absl::Span<const Observation> observed) {
  std::vector<size_t> searched;
  for (size_t i = 0; i < box.size(); ++i) {
    if (ValueCount(box[i]) > 1) searched.push_back(i);
  }
  const size_t size = static_cast<size_t>(population);
  CmaEs strategy(static_cast<int>(searched.size()), population);
  Eigen::MatrixXd generation;
  for (size_t first = 0;; first += size) {
    RandomStream random(seed, first / size);
    generation = strategy.Draw(random);
    if (first + size > observed.size()) break;
    const absl::Span<const Observation> ended = observed.subspan(first, size);
    const std::vector<size_t> ranking = Rank(ended);
    const bool flat =
        ValueOf(ended[ranking.front()]) == ValueOf(ended[ranking.back()]);
    strategy.Update(generation, ranking,
                    LeastDeviations(box, searched, strategy.mean()));
    if (flat || strategy.HasConverged()) {
      Eigen::VectorXd mean(strategy.mean().size());
      for (double& coordinate : mean) coordinate = random.NextUniform();
      strategy.Restart(mean);
    }
  }
  const auto column = static_cast<Eigen::Index>(observed.size() % size);
  std::vector<double> draws(box.size(), 0.5);
  for (size_t k = 0; k < searched.size(); ++k) {
    draws[searched[k]] = generation(static_cast<Eigen::Index>(k), column);
  }
  return ConfigurationAt(box, draws);
}

}  // namespace etalon
