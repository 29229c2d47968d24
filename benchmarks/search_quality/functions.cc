#include "benchmarks/search_quality/functions.h"

#include <cmath>

namespace etalon::benchmark {
namespace {

constexpr double kPi = 3.14159265358979323846;

double Branin(absl::Span<const double> point) {
  const double x = -5 + 15 * point[0];
  const double y = 15 * point[1];
  const double a = y - 5.1 / (4 * kPi * kPi) * x * x + 5 / kPi * x - 6;
  return a * a + 10 * (1 - 1 / (8 * kPi)) * std::cos(x) + 10;
}

double Hartmann6(absl::Span<const double> point) {
  constexpr double kHeights[4] = {1.0, 1.2, 3.0, 3.2};
  constexpr double kWidths[4][6] = {{10, 3, 17, 3.5, 1.7, 8},
                                    {0.05, 10, 17, 0.1, 8, 14},
                                    {3, 3.5, 1.7, 10, 17, 8},
                                    {17, 8, 0.05, 10, 0.1, 14}};
  constexpr double kCentres[4][6] = {
      {0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886},
      {0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991},
      {0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650},
      {0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381}};
  double sum = 0;
  for (int i = 0; i < 4; ++i) {
    double exponent = 0;
    for (int j = 0; j < 6; ++j) {
      const double distance = point[j] - kCentres[i][j];
      exponent += kWidths[i][j] * distance * distance;
    }
    sum += kHeights[i] * std::exp(-exponent);
  }
  return -sum;
}

double Rosenbrock(absl::Span<const double> point) {
  const double x = -5 + 15 * point[0];
  const double y = -5 + 15 * point[1];
  return 100 * (y - x * x) * (y - x * x) + (1 - x) * (1 - x);
}

}  // namespace

std::vector<Function> SmoothFunctions() {
  return {{"branin", 2, Branin, 0.39788735772973816, 308.2},
          {"hartmann6", 6, Hartmann6, -3.32236801141551, 0},
          {"rosenbrock", 2, Rosenbrock, 0, 1.21e6}};
}

Function Landscape(const Curves& curves) {
  const double best = curves.Best();
  return Function{"landscape", 2,
                  [curves, best](absl::Span<const double> point) {
                    return best - curves.Accuracy(point, curves.epochs());
                  },
                  0, best};
}

}  // namespace etalon::benchmark
