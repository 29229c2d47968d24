#include "benchmarks/search_quality/functions.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace etalon::benchmark {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr double kGuess = 0.1;

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

// Accuracies over lambda and eta, lambda varying slowest.
struct Table {
  size_t lambdas = 0;
  size_t etas = 0;
  std::vector<double> accuracies;

  double At(size_t lambda, size_t eta) const {
    return accuracies[std::min(lambda, lambdas - 1) * etas +
                      std::min(eta, etas - 1)];
  }
  double Between(double lambda, double eta) const {
    const double x = std::clamp(lambda, 0.0, 1.0) * (lambdas - 1);
    const double y = std::clamp(eta, 0.0, 1.0) * (etas - 1);
    const auto i = static_cast<size_t>(x);
    const auto j = static_cast<size_t>(y);
    const double u = x - i;
    const double v = y - j;
    return (1 - u) * ((1 - v) * At(i, j) + v * At(i, j + 1)) +
           u * ((1 - v) * At(i + 1, j) + v * At(i + 1, j + 1));
  }
};

}  // namespace

std::vector<Function> SmoothFunctions() {
  return {{"branin", 2, Branin, 0.39788735772973816, 308.2},
          {"hartmann6", 6, Hartmann6, -3.32236801141551, 0},
          {"rosenbrock", 2, Rosenbrock, 0, 1.21e6}};
}

absl::StatusOr<Function> ReadLandscape(const std::string& file) {
  std::ifstream in(file);
  Table table;
  std::set<std::string> lambdas;
  std::set<std::string> etas;
  std::string line;
  std::getline(in, line);  // the names of the columns
  while (std::getline(in, line)) {
    const std::vector<std::string> columns = absl::StrSplit(line, ',');
    double accuracy = kGuess;
    if (columns.size() != 3 ||
        (!columns[2].empty() && !absl::SimpleAtod(columns[2], &accuracy))) {
      return absl::InvalidArgumentError(
          absl::StrCat(file, ": '", line, "' is not lambda,eta,accuracy"));
    }
    lambdas.insert(columns[0]);
    etas.insert(columns[1]);
    table.accuracies.push_back(accuracy);
  }
  table.lambdas = lambdas.size();
  table.etas = etas.size();
  if (table.accuracies.empty() ||
      table.lambdas * table.etas != table.accuracies.size()) {
    return absl::InvalidArgumentError(absl::StrCat(
        file, ": ", table.accuracies.size(), " lines are no grid of ",
        table.lambdas, " lambdas and ", table.etas, " etas"));
  }
  const double best =
      *std::max_element(table.accuracies.begin(), table.accuracies.end());
  return Function{"landscape", 2,
                  [table, best](absl::Span<const double> point) {
                    return best - table.Between(point[0], point[1]);
                  },
                  0, best};
}

}  // namespace etalon::benchmark
