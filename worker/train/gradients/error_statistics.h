#ifndef ETALON_WORKER_TRAIN_GRADIENTS_ERROR_STATISTICS_H_
#define ETALON_WORKER_TRAIN_GRADIENTS_ERROR_STATISTICS_H_

#include <cstdint>

namespace etalon::train {

// |a - b| / max(1e-8, |a| + |b|): at most 1 where the two differ in sign, and
// small where both are next to nothing.
double RelativeError(double a, double b);

// How the entries of a gradient differ from those of another, and how many by
// less than a bound. NaN in either counts as an infinite error.
class ErrorStatistics {
 public:
  // `bound` is more than 0.
  explicit ErrorStatistics(double bound) : bound_(bound) {}

  void Add(double analytic, double reference);

  int64_t count() const { return count_; }
  double max_absolute() const { return max_absolute_; }
  // Of the relative errors; all 0 where there are none.
  double max_relative() const { return max_relative_; }
  double mean_relative() const { return mean_; }
  // Dividing by their number. Welford's update: errors that are nearly equal
  // leave no negative variance.
  double variance_relative() const;
  // Entries whose error is below the bound.
  int64_t absolute_within() const { return absolute_within_; }
  int64_t relative_within() const { return relative_within_; }

 private:
  const double bound_;
  int64_t count_ = 0;
  int64_t absolute_within_ = 0;
  int64_t relative_within_ = 0;
  double max_absolute_ = 0;
  double max_relative_ = 0;
  double mean_ = 0;
  double squared_deviations_ = 0;  // summed
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_GRADIENTS_ERROR_STATISTICS_H_
