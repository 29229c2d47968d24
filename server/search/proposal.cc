#include "server/search/proposal.h"

#include <algorithm>

#include "common/random.h"
#include "server/search/cma_es_sampler.h"
#include "server/search/gaussian_process_sampler.h"
#include "server/search/sample.h"
#include "server/search/sobol_sampler.h"
#include "server/search/tpe_sampler.h"

namespace etalon {
namespace {

// How many of the last of `proposed` configurations the next one knows nothing
// of.
size_t Unknown(const v1::Sample& sample, absl::Span<const v1::Parameter> box,
               size_t proposed) {
  const size_t look_ahead = static_cast<size_t>(LookAhead(sample, box));
  // Its own generation.
  if (sample.has_cma_es()) return proposed % look_ahead;
  return IsDeterministic(sample) ? std::min(proposed, look_ahead - 1) : 0;
}

// `observed` as the next configuration may know it.
std::vector<Observation> Known(const v1::Sample& sample,
                               absl::Span<const v1::Parameter> box,
                               absl::Span<const Observation> observed) {
  std::vector<Observation> known(observed.begin(), observed.end());
  for (size_t i = known.size() - Unknown(sample, box, known.size());
       i < known.size(); ++i) {
    known[i].state = Observation::State::kOpen;
    known[i].value = 0;
  }
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
  if (sample.has_cma_es()) {
    return ProposeByCmaEs(seed, LookAhead(sample, box), box, known);
  }
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
