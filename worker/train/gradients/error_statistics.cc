#include "worker/train/gradients/error_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace etalon::train {
namespace {

constexpr double kEpsilon = 1e-8;

double InfiniteIfNaN(double error) {
  return std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
}

}  // namespace

double RelativeError(double a, double b) {
  return std::abs(a - b) / std::max(kEpsilon, std::abs(a) + std::abs(b));
}

void ErrorStatistics::Add(double analytic, double reference) {
  const double absolute = InfiniteIfNaN(std::abs(analytic - reference));
  const double relative = InfiniteIfNaN(RelativeError(analytic, reference));
  max_absolute_ = std::max(max_absolute_, absolute);
  max_relative_ = std::max(max_relative_, relative);
  if (absolute < bound_) ++absolute_within_;
  if (relative < bound_) ++relative_within_;
  ++count_;
  const double deviation = relative - mean_;
  mean_ += deviation / static_cast<double>(count_);
  squared_deviations_ += deviation * (relative - mean_);
}

double ErrorStatistics::variance_relative() const {
  return count_ == 0 ? 0 : squared_deviations_ / static_cast<double>(count_);
}

}  // namespace etalon::train
