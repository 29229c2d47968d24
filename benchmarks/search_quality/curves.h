#ifndef ETALON_BENCHMARKS_SEARCH_QUALITY_CURVES_H_
#define ETALON_BENCHMARKS_SEARCH_QUALITY_CURVES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace etalon::benchmark {

// How the accuracies of trained networks grew, over lambda and eta.
class Curves {
 public:
  // A table as stopping_quality.sh makes it: a line "lambda,eta,epoch,accuracy"
  // for each epoch, from 1, of each point of a grid, logarithmic on both axes,
  // lambda varying slowest and the epoch fastest. What diverged is a guess,
  // 0.1, from there on: its accuracy is empty. INVALID_ARGUMENT: no such table.
  static absl::StatusOr<Curves> Read(const std::string& file);

  int epochs() const { return epochs_; }
  // Of all points at the end.
  double Best() const;
  // After `epoch` epochs, 1 to epochs(), at a point of the unit square, lambda
  // first: the mean of the four points around, by distance (bilinear).
  double Accuracy(absl::Span<const double> point, int epoch) const;

 private:
  double At(size_t lambda, size_t eta, int epoch) const;

  size_t lambdas_ = 0;
  size_t etas_ = 0;
  int epochs_ = 0;
  std::vector<double> accuracies_;
};

}  // namespace etalon::benchmark

#endif  // ETALON_BENCHMARKS_SEARCH_QUALITY_CURVES_H_
