#include <Eigen/Cholesky>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "server/search/box_minimum.h"
#include "server/search/descending.h"
#include "server/search/gaussian_process.h"

namespace etalon {
namespace {

// As many samples as a fit costs a quarter of a second with.
constexpr Eigen::Index kMostSamples = 200;
constexpr int kIterations = 30;

// A normal distribution of a parameter's logarithm.
struct Prior {
  double mean = 0;
  double deviation = 1;
};
constexpr Prior kSignalPrior = {0, 1};
// Wide: a search has replicates of some thousandths, or none to speak of.
constexpr Prior kNoisePrior = {-6, 3};
// Hvarfner, Hellsten, Nardi, "Vanilla Bayesian optimization performs great in
// high dimensions" (ICML 2024): scales grow with the square root of the number
// of dimensions.
Prior ScalePrior(Eigen::Index dimensions) {
  return {std::numbers::sqrt2 + std::log(static_cast<double>(dimensions)) / 2,
          std::numbers::sqrt3};
}

// What a logarithm lies between.
struct Bounds {
  double low;
  double high;
};
constexpr Bounds kScaleBounds = {-4, 4};
constexpr Bounds kSignalBounds = {-4, 4};
constexpr Bounds kNoiseBounds = {-14, 1};

// The negative logarithm of likelihood and prior, of the logarithms of scales,
// signal and noise.
class Loss {
 public:
  explicit Loss(const Samples& samples) : values_(samples.values) {
    for (Eigen::Index k = 0; k < samples.points.cols(); ++k) {
      const Eigen::ArrayXd column = samples.points.col(k);
      const bool is_category = samples.is_category[static_cast<size_t>(k)];
      Eigen::ArrayXXd& squared = squared_.emplace_back(Count(), Count());
      for (Eigen::Index i = 0; i < Count(); ++i) {
        squared.col(i) = is_category
                             ? (column != column[i]).cast<double>().eval()
                             : (column - column[i]).square().eval();
      }
    }
  }

  double operator()(const Eigen::VectorXd& logs,
                    Eigen::VectorXd& gradient) const {
    const Eigen::Index dimensions = Dimensions();
    const double signal = std::exp(logs[dimensions]);
    const double noise = std::exp(logs[dimensions + 1]);
    Eigen::ArrayXXd squared = Eigen::ArrayXXd::Zero(Count(), Count());
    for (Eigen::Index k = 0; k < dimensions; ++k) {
      squared += squared_[static_cast<size_t>(k)] * Weight(logs[k]);
    }
    const Eigen::ArrayXXd r = squared.sqrt();
    const Eigen::ArrayXXd decay = (-r).exp() * signal;
    const Eigen::ArrayXXd covariances = decay * (1 + r + squared / 3);
    Eigen::MatrixXd noisy = covariances.matrix();
    noisy.diagonal().array() += noise;
    const Eigen::LLT<Eigen::MatrixXd> cholesky(noisy);
    gradient.resize(logs.size());
    if (cholesky.info() != Eigen::Success) {
      return std::numeric_limits<double>::infinity();
    }
    const Eigen::VectorXd weights = cholesky.solve(values_);
    // Twice the derivative of the likelihood by the covariances.
    Eigen::MatrixXd slope =
        -cholesky.solve(Eigen::MatrixXd::Identity(Count(), Count()));
    slope.noalias() += weights * weights.transpose();

    const Eigen::ArrayXXd common = slope.array() * decay * (1 + r);
    for (Eigen::Index k = 0; k < dimensions; ++k) {
      gradient[k] = -(common * squared_[static_cast<size_t>(k)]).sum() *
                    Weight(logs[k]) / 6;
    }
    gradient[dimensions] = -(slope.array() * covariances).sum() / 2;
    gradient[dimensions + 1] = -slope.trace() * noise / 2;
    double loss = values_.dot(weights) / 2 +
                  cholesky.matrixLLT().diagonal().array().log().sum();

    for (Eigen::Index k = 0; k < dimensions; ++k) {
      AddPrior(ScalePrior(dimensions), logs[k], loss, gradient[k]);
    }
    AddPrior(kSignalPrior, logs[dimensions], loss, gradient[dimensions]);
    AddPrior(kNoisePrior, logs[dimensions + 1], loss, gradient[dimensions + 1]);
    return loss;
  }

 private:
  Eigen::Index Count() const { return values_.size(); }
  Eigen::Index Dimensions() const {
    return static_cast<Eigen::Index>(squared_.size());
  }

  // 5 / scale^2
  static double Weight(double log_scale) {
    return 5 * std::exp(-2 * log_scale);
  }

  static void AddPrior(const Prior& prior, double log, double& loss,
                       double& slope) {
    const double z = (log - prior.mean) / prior.deviation;
    loss += z * z / 2;
    slope += z / prior.deviation;
  }

  Eigen::VectorXd values_;
  // Squared differences of each pair, a matrix for each dimension.
  std::vector<Eigen::ArrayXXd> squared_;
};

// At most kMostSamples, evenly spread over the ranking by value, so that the
// best, the worst and what is between are there.
Samples Spread(const Samples& samples) {
  const Eigen::Index count = samples.values.size();
  if (count <= kMostSamples) return samples;
  const std::vector<size_t> order = DescendingOrder(
      absl::MakeConstSpan(samples.values.data(), static_cast<size_t>(count)));
  Samples spread = {
      .points = Eigen::MatrixXd(kMostSamples, samples.points.cols()),
      .is_category = samples.is_category,
      .values = Eigen::VectorXd(kMostSamples)};
  for (Eigen::Index i = 0; i < kMostSamples; ++i) {
    const auto from = static_cast<Eigen::Index>(
        order[static_cast<size_t>(i * (count - 1) / (kMostSamples - 1))]);
    spread.points.row(i) = samples.points.row(from);
    spread.values[i] = samples.values[from];
  }
  return spread;
}

}  // namespace

Covariance FitCovariance(const Samples& samples) {
  const Loss loss(Spread(samples));
  const Eigen::Index dimensions = samples.points.cols();
  Eigen::VectorXd lower(dimensions + 2);
  Eigen::VectorXd upper(dimensions + 2);
  lower.setConstant(kScaleBounds.low);
  upper.setConstant(kScaleBounds.high);
  lower.tail(2) << kSignalBounds.low, kNoiseBounds.low;
  upper.tail(2) << kSignalBounds.high, kNoiseBounds.high;

  // Smooth with little noise, and rough with some: the two explanations that
  // likelihoods of few points have their maxima at.
  Eigen::VectorXd best;
  double least = std::numeric_limits<double>::infinity();
  for (const auto& [scale, noise] : {std::pair(0.5, 1e-3), {0.15, 0.05}}) {
    Eigen::VectorXd start(dimensions + 2);
    start.setConstant(std::log(scale));
    start.tail(2) << 0, std::log(noise);
    const Eigen::VectorXd found =
        MinimizeInBox(loss, start, lower, upper, kIterations);
    Eigen::VectorXd gradient;
    const double value = loss(found, gradient);
    if (best.size() > 0 && !(value < least)) continue;
    best = found;
    least = value;
  }
  return {.scales = best.head(dimensions).array().exp(),
          .signal = std::exp(best[dimensions]),
          .noise = std::exp(best[dimensions + 1])};
}

}  // namespace etalon
