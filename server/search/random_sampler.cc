#include "server/search/random_sampler.h"

#include "common/random.h"
#include "server/search/unit_cube.h"

namespace etalon {

std::vector<v1::ParameterAssignment> DrawConfiguration(
    uint64_t search_seed, int stage, int index,
    absl::Span<const v1::Parameter> box) {
  // The index chooses the stream, so that no draw depends on another's.
  RandomStream random(
      DeriveSeed(search_seed, "sample", {static_cast<uint64_t>(stage)}),
      static_cast<uint64_t>(index));
  std::vector<double> point;
  point.reserve(box.size());
  for (size_t i = 0; i < box.size(); ++i) point.push_back(random.NextUniform());
  return ConfigurationAt(box, point);
}

}  // namespace etalon
