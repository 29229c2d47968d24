#include "server/search/sobol_sampler.h"

#include <array>
#include <bit>
#include <boost/random/sobol.hpp>

#include "common/random.h"
#include "server/search/unit_cube.h"

namespace etalon {
namespace {

// Binary digits of a coordinate, the first in the highest bit.
using Digits = uint64_t;
constexpr int kDigits = 64;

// One coordinate's scrambling.
class Scrambling {
 public:
  explicit Scrambling(RandomStream random) : shift_(random.NextUint64()) {
    for (int digit = 0; digit < kDigits; ++digit) {
      const Digits own = Digits{1} << (kDigits - 1 - digit);
      // Ones on the diagonal, anything below it.
      columns_[static_cast<size_t>(digit)] =
          own | (random.NextUint64() & (own - 1));
    }
  }

  Digits operator()(Digits digits) const {
    Digits scrambled = shift_;
    while (digits != 0) {
      const int digit = std::countl_zero(digits);
      scrambled ^= columns_[static_cast<size_t>(digit)];
      digits ^= Digits{1} << (kDigits - 1 - digit);
    }
    return scrambled;
  }

 private:
  Digits shift_;
  std::array<Digits, kDigits> columns_;
};

}  // namespace

std::vector<std::vector<double>> ScrambledSobolPoints(uint64_t seed,
                                                      size_t dimensions,
                                                      int first, int count) {
  std::vector<std::vector<double>> points;
  if (dimensions == 0) {
    points.resize(static_cast<size_t>(count));
    return points;
  }
  std::vector<Scrambling> scramblings;
  for (size_t i = 0; i < dimensions; ++i) {
    scramblings.emplace_back(RandomStream(seed, i));
  }
  boost::random::sobol sequence(dimensions);
  // Boost leaves the zero point out.
  if (first > 0) sequence.seed(static_cast<uint64_t>(first - 1));
  points.reserve(static_cast<size_t>(count));
  for (int index = first; index < first + count; ++index) {
    std::vector<double>& point = points.emplace_back();
    point.reserve(dimensions);
    for (const Scrambling& scramble : scramblings) {
      const Digits digits = scramble(index == 0 ? 0 : sequence());
      point.push_back(static_cast<double>(digits >> 11) * 0x1.0p-53);
    }
  }
  return points;
}

std::vector<std::vector<v1::ParameterAssignment>> SobolConfigurations(
    uint64_t search_seed, int stage, int first, int count,
    absl::Span<const v1::Parameter> box) {
  std::vector<std::vector<v1::ParameterAssignment>> configurations;
  configurations.reserve(static_cast<size_t>(count));
  for (const std::vector<double>& point : ScrambledSobolPoints(
           DeriveSeed(search_seed, "sobol", {static_cast<uint64_t>(stage)}),
           box.size(), first, count)) {
    configurations.push_back(ConfigurationAt(box, point));
  }
  return configurations;
}

}  // namespace etalon
