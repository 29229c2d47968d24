#include "benchmarks/search_quality/curves.h"

#include <algorithm>
#include <fstream>
#include <set>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace etalon::benchmark {
namespace {

constexpr double kGuess = 0.1;

}  // namespace

absl::StatusOr<Curves> Curves::Read(const std::string& file) {
  std::ifstream in(file);
  Curves curves;
  std::set<std::string> lambdas;
  std::set<std::string> etas;
  std::string line;
  std::getline(in, line);  // the names of the columns
  while (std::getline(in, line)) {
    const std::vector<std::string> columns = absl::StrSplit(line, ',');
    int epoch = 0;
    double accuracy = kGuess;
    if (columns.size() != 4 || !absl::SimpleAtoi(columns[2], &epoch) ||
        (!columns[3].empty() && !absl::SimpleAtod(columns[3], &accuracy))) {
      return absl::InvalidArgumentError(absl::StrCat(
          file, ": '", line, "' is not lambda,eta,epoch,accuracy"));
    }
    lambdas.insert(columns[0]);
    etas.insert(columns[1]);
    curves.epochs_ = std::max(curves.epochs_, epoch);
    curves.accuracies_.push_back(accuracy);
  }
  curves.lambdas_ = lambdas.size();
  curves.etas_ = etas.size();
  const size_t expected =
      curves.lambdas_ * curves.etas_ * static_cast<size_t>(curves.epochs_);
  if (curves.accuracies_.empty() || expected != curves.accuracies_.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat(file, ": ", curves.accuracies_.size(),
                     " lines are no grid of ", curves.lambdas_, " lambdas, ",
                     curves.etas_, " etas and ", curves.epochs_, " epochs"));
  }
  return curves;
}

double Curves::At(size_t lambda, size_t eta, int epoch) const {
  const size_t point =
      std::min(lambda, lambdas_ - 1) * etas_ + std::min(eta, etas_ - 1);
  return accuracies_[point * static_cast<size_t>(epochs_) +
                     static_cast<size_t>(epoch - 1)];
}

double Curves::Best() const {
  double best = 0;
  for (size_t lambda = 0; lambda < lambdas_; ++lambda) {
    for (size_t eta = 0; eta < etas_; ++eta) {
      best = std::max(best, At(lambda, eta, epochs_));
    }
  }
  return best;
}

double Curves::Accuracy(absl::Span<const double> point, int epoch) const {
  const double x = std::clamp(point[0], 0.0, 1.0) * (lambdas_ - 1);
  const double y = std::clamp(point[1], 0.0, 1.0) * (etas_ - 1);
  const auto i = static_cast<size_t>(x);
  const auto j = static_cast<size_t>(y);
  const double u = x - i;
  const double v = y - j;
  return (1 - u) * ((1 - v) * At(i, j, epoch) + v * At(i, j + 1, epoch)) +
         u * ((1 - v) * At(i + 1, j, epoch) + v * At(i + 1, j + 1, epoch));
}

}  // namespace etalon::benchmark
