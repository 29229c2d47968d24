#include "server/search/statistics.h"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace etalon {

v1::Statistic ComputeStatistic(absl::Span<const double> numbers) {
  const double n = static_cast<double>(numbers.size());
  double sum = 0;
  for (const double number : numbers) sum += number;
  const double mean = sum / n;

  v1::Statistic statistic;
  statistic.set_count(static_cast<int>(numbers.size()));
  statistic.set_mean(mean);
  if (numbers.size() < 2) return statistic;

  // In two passes: squares of the numbers themselves would cancel.
  double squares = 0;
  for (const double number : numbers) {
    squares += (number - mean) * (number - mean);
  }
  const double deviation = std::sqrt(squares / (n - 1));
  // 95 % in the middle leaves 2.5 % above.
  const double t = boost::math::quantile(boost::math::students_t(n - 1), 0.975);
  statistic.set_standard_deviation(deviation);
  statistic.set_half_width_95(t * deviation / std::sqrt(n));
  return statistic;
}

}  // namespace etalon
