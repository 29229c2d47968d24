#include "server/search/random_sampler.h"

#include "common/random.h"
#include "server/search/condition.h"
#include "server/search/space.h"

namespace etalon {

std::vector<v1::ParameterAssignment> DrawConfiguration(
    uint64_t search_seed, int stage, int index,
    absl::Span<const v1::Parameter> box) {
  // The index chooses the stream, so that no draw depends on another's.
  RandomStream random(
      DeriveSeed(search_seed, "sample", {static_cast<uint64_t>(stage)}),
      static_cast<uint64_t>(index));
  std::vector<v1::ParameterAssignment> configuration;
  configuration.reserve(box.size());
  for (const v1::Parameter& parameter : box) {
    const double draw = random.NextUniform();
    if (!IsActive(parameter, configuration)) continue;
    v1::ParameterAssignment& assignment = configuration.emplace_back();
    assignment.set_name(parameter.name());
    *assignment.mutable_value() = DrawValue(parameter, draw);
  }
  return configuration;
}

}  // namespace etalon
