#include "server/search/gaussian_process.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace etalon {
namespace {

// Keeps a variance that rounding has made nothing a number.
constexpr double kLeastVariance = 1e-12;

}  // namespace

GaussianProcess::GaussianProcess(Samples samples, Covariance covariance)
    : samples_(std::move(samples)), covariance_(std::move(covariance)) {
  const Eigen::Index count = samples_.points.rows();
  Eigen::MatrixXd covariances(count, count);
  for (Eigen::Index i = 0; i < count; ++i) {
    covariances.col(i) = ColumnOf(samples_.points.row(i)).covariances;
  }
  covariances.diagonal().array() += covariance_.noise;
  cholesky_.compute(covariances);
  weights_ = cholesky_.solve(samples_.values);
}

GaussianProcess::Column GaussianProcess::ColumnOf(
    const Eigen::VectorXd& point) const {
  Eigen::ArrayXd squared = Eigen::ArrayXd::Zero(samples_.points.rows());
  for (Eigen::Index k = 0; k < point.size(); ++k) {
    const auto differences = samples_.points.col(k).array() - point[k];
    const double weight = 5 / covariance_.scales[k] / covariance_.scales[k];
    if (samples_.is_category[static_cast<size_t>(k)]) {
      squared += (differences != 0).cast<double>() * weight;
    } else {
      squared += differences.square() * weight;
    }
  }
  const Eigen::ArrayXd r = squared.sqrt();
  const Eigen::ArrayXd decay = (-r).exp() * covariance_.signal;
  return {.covariances = decay * (1 + r + squared / 3),
          .slopes = decay * (1 + r) * (-5.0 / 3)};
}

GaussianProcess::Prediction GaussianProcess::Predict(
    const Eigen::VectorXd& point) const {
  const Eigen::VectorXd column = ColumnOf(point).covariances;
  const Eigen::VectorXd half = cholesky_.matrixL().solve(column);
  return {.mean = column.dot(weights_),
          .variance = std::max(covariance_.signal - half.squaredNorm(),
                               kLeastVariance)};
}

GaussianProcess::Prediction GaussianProcess::Predict(
    const Eigen::VectorXd& point, Gradients& gradients) const {
  const Column column = ColumnOf(point);
  const Eigen::VectorXd solved = cholesky_.solve(column.covariances);
  gradients.mean = Eigen::VectorXd::Zero(point.size());
  gradients.variance = Eigen::VectorXd::Zero(point.size());
  for (Eigen::Index k = 0; k < point.size(); ++k) {
    if (samples_.is_category[static_cast<size_t>(k)]) continue;
    const Eigen::VectorXd by_coordinate =
        (column.slopes.array() * (point[k] - samples_.points.col(k).array()) /
         (covariance_.scales[k] * covariance_.scales[k]))
            .matrix();
    gradients.mean[k] = by_coordinate.dot(weights_);
    gradients.variance[k] = -2 * by_coordinate.dot(solved);
  }
  return {
      .mean = column.covariances.dot(weights_),
      .variance = std::max(covariance_.signal - column.covariances.dot(solved),
                           kLeastVariance)};
}

Eigen::VectorXd GaussianProcess::Means(const Eigen::MatrixXd& points) const {
  Eigen::VectorXd means(points.rows());
  for (Eigen::Index i = 0; i < points.rows(); ++i) {
    means[i] = ColumnOf(points.row(i)).covariances.dot(weights_);
  }
  return means;
}

}  // namespace etalon
