#include "worker/train/gradients/error_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace etalon::train {
namespace {

double InfiniteIfNaN(double error) {
  return std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
}

}  // namespace

double ErrorStatistics::Relative(double difference, double sum) const {
  return InfiniteIfNaN(difference / std::max(epsilon_, sum));
}

void ErrorStatistics::Add(double analytic, double reference) {
  const double absolute = InfiniteIfNaN(std::abs(analytic - reference));
  const double relative =
      Relative(absolute, std::abs(analytic) + std::abs(reference));
  max_absolute_ = std::max(max_absolute_, absolute);
  max_relative_ = std::max(max_relative_, relative);
  if (absolute < bound_) ++absolute_within_;
  if (relative < bound_) ++relative_within_;
  ++count_;
  const double deviation = relative - mean_;
  mean_ += deviation / static_cast<double>(count_);
  squared_deviations_ += deviation * (relative - mean_);
  difference_squares_ += absolute * absolute;
  analytic_squares_ += analytic * analytic;
  reference_squares_ += reference * reference;
}

double ErrorStatistics::variance_relative() const {
  return count_ == 0 ? 0 : squared_deviations_ / static_cast<double>(count_);
}

double ErrorStatistics::norm_relative() const {
  return Relative(std::sqrt(difference_squares_),
                  std::sqrt(analytic_squares_) + std::sqrt(reference_squares_));
}

}  // namespace etalon::train
