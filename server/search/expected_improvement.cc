#include "server/search/expected_improvement.h"

#include <cmath>
#include <numbers>

namespace etalon {
namespace {

// ln sqrt(2 pi)
const double kLogNorm = std::log(2 * std::numbers::pi) / 2;
// Below it the asymptotic series is exact to ten digits, above it erfc does not
// underflow.
constexpr double kSeriesBelow = -25;

}  // namespace

LogValue LogExpectedImprovement(double z) {
  const double log_density = -z * z / 2 - kLogNorm;
  if (z > -1) {
    const double below = std::erfc(-z / std::numbers::sqrt2) / 2;
    const double value = std::exp(log_density) + z * below;
    return {std::log(value), below / value};
  }
  // With Mills' ratio m = Phi(z) / phi(z) the number is phi(z) (1 + z m).
  if (z > kSeriesBelow) {
    const double below = std::erfc(-z / std::numbers::sqrt2) / 2;
    const double mills = below / std::exp(log_density);
    const double rest = 1 + z * mills;
    return {log_density + std::log(rest), mills / rest};
  }
  // m = (1 - s + 3 s^2 - 15 s^3 + 105 s^4 ...) / |z|, s = 1 / z^2, so that
  // 1 + z m = s - 3 s^2 + 15 s^3 - 105 s^4 ...
  const double s = 1 / z / z;
  const double bracket = 1 - s * (3 - s * (15 - s * 105));
  const double mills = (1 - s * bracket) / -z;
  return {log_density - 2 * std::log(-z) + std::log(bracket),
          mills / (s * bracket)};
}

}  // namespace etalon
