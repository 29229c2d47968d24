#include "server/search/sample.h"

#include <algorithm>
#include <cmath>

#include "server/search/space.h"

namespace etalon {
namespace {

constexpr int kDefaultStartup = 10;
constexpr int kDefaultLookAhead = 8;

// Of an adaptive sample that is not CMA-ES.
const v1::Sample::ModelBased& ModelOf(const v1::Sample& sample) {
  return sample.has_tpe() ? sample.tpe() : sample.gaussian_process();
}

}  // namespace

bool IsAdaptive(const v1::Sample& sample) {
  return sample.has_tpe() || sample.has_gaussian_process() ||
         sample.has_cma_es();
}

int SampleCount(const v1::Sample& sample) {
  switch (sample.method_case()) {
    case v1::Sample::kRandom:
      return sample.random().count();
    case v1::Sample::kSobol:
      return sample.sobol().count();
    case v1::Sample::kLatinHypercube:
      return sample.latin_hypercube().count();
    case v1::Sample::kTpe:
      return sample.tpe().count();
    case v1::Sample::kGaussianProcess:
      return sample.gaussian_process().count();
    case v1::Sample::kCmaEs:
      return sample.cma_es().count();
    case v1::Sample::kGrid:
    case v1::Sample::METHOD_NOT_SET:
      break;
  }
  return 0;
}

int StartupCount(const v1::Sample& sample) {
  if (sample.has_cma_es()) return 0;
  const v1::Sample::ModelBased& model = ModelOf(sample);
  return std::min(model.has_startup() ? model.startup() : kDefaultStartup,
                  model.count());
}

bool IsDeterministic(const v1::Sample& sample) {
  if (sample.has_cma_es()) return true;
  const v1::Sample::ModelBased& model = ModelOf(sample);
  return !model.has_deterministic() || model.deterministic();
}

int LookAhead(const v1::Sample& sample, absl::Span<const v1::Parameter> box) {
  if (!sample.has_cma_es()) {
    const v1::Sample::ModelBased& model = ModelOf(sample);
    return model.has_look_ahead() ? model.look_ahead() : kDefaultLookAhead;
  }
  if (sample.cma_es().has_population()) return sample.cma_es().population();
  // Hansen, "The CMA evolution strategy: a tutorial" (arXiv 1604.00772), table
  // 1.
  return 4 + static_cast<int>(std::floor(
                 3 * std::log(std::max(SearchedDimensions(box), 1))));
}

int SearchedDimensions(absl::Span<const v1::Parameter> box) {
  return static_cast<int>(
      std::count_if(box.begin(), box.end(), [](const v1::Parameter& parameter) {
        return ValueCount(parameter) > 1;
      }));
}

}  // namespace etalon
