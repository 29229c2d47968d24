#include "server/search/warp.h"

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <numbers>
#include <numeric>

namespace etalon {
namespace {

double Mean(absl::Span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) /
         static_cast<double>(values.size());
}

// Of each value the mean position, from 0, among all.
std::vector<double> Ranks(absl::Span<const double> values,
                          absl::Span<const double> sorted) {
  std::vector<double> ranks;
  ranks.reserve(values.size());
  for (const double value : values) {
    const auto [first, last] =
        std::equal_range(sorted.begin(), sorted.end(), value);
    ranks.push_back(static_cast<double>((first - sorted.begin()) +
                                        (last - 1 - sorted.begin())) /
                    2);
  }
  return ranks;
}

void Standardize(std::vector<double>& values) {
  const double mean = Mean(values);
  double variance = 0;
  for (double& value : values) {
    value -= mean;
    variance += value * value / static_cast<double>(values.size());
  }
  if (variance <= 0) return;
  for (double& value : values) value /= std::sqrt(variance);
}

}  // namespace

std::vector<double> Warp(absl::Span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const double count = static_cast<double>(sorted.size());
  const double median = sorted[sorted.size() / 2];
  double spread = 0;
  double upper = 0;
  for (const double value : values) {
    if (value < median) continue;
    spread += (value - median) * (value - median);
    ++upper;
  }
  spread = std::sqrt(spread / upper);
  std::vector<double> warped(values.begin(), values.end());
  // Where the upper half does not differ nothing tells how wide it should be.
  if (spread > 0) {
    const std::vector<double> ranks = Ranks(values, sorted);
    for (size_t i = 0; i < warped.size(); ++i) {
      if (warped[i] >= median) continue;
      const double share = (ranks[i] + 0.5) / count;
      warped[i] = median - spread * std::numbers::sqrt2 *
                               boost::math::erfc_inv(2 * share);
    }
  }
  Standardize(warped);
  return warped;
}

}  // namespace etalon
