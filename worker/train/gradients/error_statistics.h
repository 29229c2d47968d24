#ifndef ETALON_WORKER_TRAIN_GRADIENTS_ERROR_STATISTICS_H_
#define ETALON_WORKER_TRAIN_GRADIENTS_ERROR_STATISTICS_H_

#include <cstdint>

namespace etalon::train {

// How the entries of a gradient differ from those of another, in absolute
// terms, |a - b|, and in relative ones, |a - b| / max(epsilon, |a| + |b|), and
// how many by less than a bound. NaN in either counts as an infinite error.
class ErrorStatistics {
 public:
  // `bound` and `epsilon` are more than 0.
  ErrorStatistics(double bound, double epsilon)
      : bound_(bound), epsilon_(epsilon) {}

  void Add(double analytic, double reference);

  // All 0 where there are no entries.
  int64_t count() const { return count_; }
  double max_absolute() const { return max_absolute_; }
  double max_relative() const { return max_relative_; }
  double mean_relative() const { return mean_; }
  // Dividing by their number. Welford's update: errors that are nearly equal
  // leave no negative variance.
  double variance_relative() const;
  // Of the two as vectors, ||a - b|| / max(epsilon, ||a|| + ||b||): entries
  // near zero, of which a difference knows few digits, weigh little in it.
  double norm_relative() const;
  // Entries whose error is below the bound.
  int64_t absolute_within() const { return absolute_within_; }
  int64_t relative_within() const { return relative_within_; }

 private:
  double Relative(double difference, double sum) const;

  double bound_;
  double epsilon_;
  int64_t count_ = 0;
  int64_t absolute_within_ = 0;
  int64_t relative_within_ = 0;
  double max_absolute_ = 0;
  double max_relative_ = 0;
  double mean_ = 0;
  double squared_deviations_ = 0;  // summed
  // Sums of squares.
  double difference_squares_ = 0;
  double analytic_squares_ = 0;
  double reference_squares_ = 0;
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_GRADIENTS_ERROR_STATISTICS_H_
