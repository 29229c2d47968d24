#include "server/search/proposal.h"

#include <algorithm>

#include "common/random.h"
#include "server/search/gaussian_process_sampler.h"
#include "server/search/sample.h"
#include "server/search/sobol_sampler.h"
#include "server/search/tpe_sampler.h"

namespace etalon {
namespace {

// `observed` as the next configuration may know it.
std::vector<Observation> Known(const v1::Sample& sample,
                               absl::Span<const v1::Parameter> box,
                               absl::Span<const Observation> observed) {
  std::vector<Observation> known(observed.begin(), observed.end());
  if (!IsDeterministic(sample)) return known;
  const size_t unknown =
      std::min(known.size(), static_cast<size_t>(LookAhead(sample, box)) - 1);
  std::for_each(known.end() - static_cast<std::ptrdiff_t>(unknown), known.end(),
                [](Observation& observation) {
                  observation.state = Observation::State::kOpen;
                  observation.value = 0;
                });
  return known;
}

}  // namespace

int ProposableCount(const v1::Sample& sample,
                    absl::Span<const v1::Parameter> box, int closed) {
  const int count = SampleCount(sample);
  const int look_ahead = LookAhead(sample, box);
  // A generation as a whole, once the one before has ended.
  if (sample.has_cma_es()) closed -= closed % look_ahead;
  return std::min(count, std::max(StartupCount(sample), closed + look_ahead));
}

std::vector<v1::ParameterAssignment> Propose(
    uint64_t search_seed, int stage, const v1::Sample& sample,
    absl::Span<const v1::Parameter> box,
    absl::Span<const Observation> observed) {
  const int index = static_cast<int>(observed.size());
  const uint64_t seed =
      DeriveSeed(search_seed, "proposal", {static_cast<uint64_t>(stage)});
  const std::vector<Observation> known = Known(sample, box, observed);
  const bool measured =
      std::any_of(known.begin(), known.end(), [](const Observation& other) {
        return other.state == Observation::State::kMeasured;
      });
  // A model without a value knows no better than to spread.
  if (index < StartupCount(sample) || !measured) {
    return SobolConfigurations(search_seed, stage, index, 1, box)[0];
  }
  return sample.has_tpe() ? ProposeByTpe(seed, box, known)
                          : ProposeByGaussianProcess(seed, box, known);
}

}  // namespace etalon
