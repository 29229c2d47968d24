#include "server/search/statistics.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <vector>

namespace etalon {
namespace {

double Median(absl::Span<const double> numbers) {
  std::vector<double> sorted(numbers.begin(), numbers.end());
  const auto middle =
      sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  if (sorted.size() % 2 == 1) return *middle;
  const double below = *std::max_element(sorted.begin(), middle);
  return below + (*middle - below) / 2;
}

}  // namespace

v1::Statistic ComputeStatistic(absl::Span<const double> numbers) {
  const double n = static_cast<double>(numbers.size());
  double sum = 0;
  for (const double number : numbers) sum += number;
  const double mean = sum / n;

  v1::Statistic statistic;
  statistic.set_count(static_cast<int>(numbers.size()));
  statistic.set_mean(mean);
  statistic.set_median(Median(numbers));
  if (numbers.size() < 2) return statistic;

  // In two passes: squares of the numbers themselves would cancel.
  double squares = 0;
  for (const double number : numbers) {
    squares += (number - mean) * (number - mean);
  }
  const double deviation = std::sqrt(squares / (n - 1));
  // 95 % in the middle leaves 2.5 % above.
  const double t = boost::math::quantile(boost::math::students_t(n - 1), 0.975);
  const double half_width = t * deviation / std::sqrt(n);
  statistic.set_standard_deviation(deviation);
  statistic.set_half_width_95(half_width);
  statistic.set_lower_95(mean - half_width);
  return statistic;
}

}  // namespace etalon
