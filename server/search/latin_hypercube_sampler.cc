#include "server/search/latin_hypercube_sampler.h"

#include <algorithm>

#include "common/random.h"
#include "server/search/unit_cube.h"

namespace etalon {
namespace {

// The largest number below 1, which rounding may not pass.
constexpr double kBelowOne = 1 - 0x1.0p-53;

}  // namespace

std::vector<std::vector<v1::ParameterAssignment>> LatinHypercubeConfigurations(
    uint64_t search_seed, int stage, int count,
    absl::Span<const v1::Parameter> box) {
  const uint64_t seed = DeriveSeed(search_seed, "latin_hypercube",
                                   {static_cast<uint64_t>(stage)});
  const size_t size = static_cast<size_t>(count);
  std::vector<std::vector<double>> points(size,
                                          std::vector<double>(box.size()));
  for (size_t i = 0; i < box.size(); ++i) {
    RandomStream random(seed, i);
    const std::vector<uint32_t> parts =
        RandomPermutation(static_cast<uint32_t>(count), random);
    for (size_t j = 0; j < size; ++j) {
      points[j][i] =
          std::min((parts[j] + random.NextUniform()) / count, kBelowOne);
    }
  }
  std::vector<std::vector<v1::ParameterAssignment>> configurations;
  configurations.reserve(size);
  for (const std::vector<double>& point : points) {
    configurations.push_back(ConfigurationAt(box, point));
  }
  return configurations;
}

}  // namespace etalon
