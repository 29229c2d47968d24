#include "server/search/sample_box.h"

#include "server/search/grid_sampler.h"
#include "server/search/latin_hypercube_sampler.h"
#include "server/search/random_sampler.h"
#include "server/search/sample.h"
#include "server/search/sobol_sampler.h"

namespace etalon {

std::vector<std::vector<v1::ParameterAssignment>> SampleBox(
    const v1::SearchSpec& spec, int stage,
    absl::Span<const v1::Parameter> box) {
  const v1::Sample& sample = spec.stages(stage).sample();
  if (sample.has_grid()) return GridConfigurations(sample.grid(), box);
  const int count = SampleCount(sample);
  if (sample.has_sobol()) {
    return SobolConfigurations(spec.seed(), stage, 0, count, box);
  }
  if (sample.has_latin_hypercube()) {
    return LatinHypercubeConfigurations(spec.seed(), stage, count, box);
  }
  std::vector<std::vector<v1::ParameterAssignment>> configurations;
  configurations.reserve(static_cast<size_t>(count));
  for (int index = 0; index < count; ++index) {
    configurations.push_back(DrawConfiguration(spec.seed(), stage, index, box));
  }
  return configurations;
}

}  // namespace etalon
