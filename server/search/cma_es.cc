#include "server/search/cma_es.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

namespace etalon {
namespace {

// The tutorial has 0.3 of the range or less; with some hundred trials less is
// better.
constexpr double kFirstStep = 0.2;
constexpr int kMostRedraws = 100;
// A millionth of a range is finer than any training tells apart.
constexpr double kConverged = 1e-6;
constexpr double kLargestCondition = 1e14;
constexpr double kLeastEigenvalue = 1e-30;

bool IsInside(const Eigen::VectorXd& point) {
  return point.minCoeff() >= 0 && point.maxCoeff() <= 1;
}

}  // namespace

CmaEs::CmaEs(int dimensions, int population)
    : dimensions_(dimensions),
      population_(population),
      weights_(population),
      parents_(population / 2) {
  const double n = dimensions;
  for (int i = 0; i < population; ++i) {
    weights_[i] = std::log((population + 1) / 2.0) - std::log(i + 1.0);
  }
  auto positive = weights_.head(parents_);
  auto negative = weights_.tail(population - parents_);
  effective_parents_ = positive.sum() * positive.sum() / positive.squaredNorm();
  const double effective_others =
      negative.sum() * negative.sum() / negative.squaredNorm();
  path_rate_ =
      (4 + effective_parents_ / n) / (n + 4 + 2 * effective_parents_ / n);
  rank_one_rate_ = 2 / ((n + 1.3) * (n + 1.3) + effective_parents_);
  rank_many_rate_ =
      std::min(1 - rank_one_rate_,
               2 * (0.25 + effective_parents_ + 1 / effective_parents_ - 2) /
                   ((n + 2) * (n + 2) + effective_parents_));
  step_path_rate_ = (effective_parents_ + 2) / (n + effective_parents_ + 5);
  step_damping_ =
      1 + 2 * std::max(0.0, std::sqrt((effective_parents_ - 1) / (n + 1)) - 1) +
      step_path_rate_;
  expected_length_ = std::sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
  // Equations 50 to 53.
  const double most_negative = std::min(
      {1 + rank_one_rate_ / rank_many_rate_,
       1 + 2 * effective_others / (effective_parents_ + 2),
       (1 - rank_one_rate_ - rank_many_rate_) / (n * rank_many_rate_)});
  positive /= positive.sum();
  negative *= most_negative / negative.cwiseAbs().sum();
  Restart(Eigen::VectorXd::Constant(dimensions, 0.5));
}

void CmaEs::Restart(const Eigen::VectorXd& mean) {
  updates_ = 0;
  step_ = kFirstStep;
  mean_ = mean;
  path_ = Eigen::VectorXd::Zero(dimensions_);
  step_path_ = Eigen::VectorXd::Zero(dimensions_);
  covariance_ = Eigen::MatrixXd::Identity(dimensions_, dimensions_);
  Decompose();
}

Eigen::MatrixXd CmaEs::Draw(RandomStream& random) const {
  Eigen::MatrixXd generation(dimensions_, population_);
  for (int i = 0; i < population_; ++i) {
    Eigen::VectorXd point;
    for (int attempt = 0; attempt <= kMostRedraws; ++attempt) {
      Eigen::VectorXd normal(dimensions_);
      for (int k = 0; k < dimensions_; ++k) {
        normal[k] = lengths_[k] * random.NextNormal();
      }
      point = mean_ + step_ * (axes_ * normal);
      if (IsInside(point)) break;
    }
    generation.col(i) = point.cwiseMax(0.0).cwiseMin(1.0);
  }
  return generation;
}

void CmaEs::Update(const Eigen::MatrixXd& generation,
                   absl::Span<const size_t> ranking,
                   const Eigen::VectorXd& least) {
  const double n = dimensions_;
  Eigen::MatrixXd moves(dimensions_, population_);  // best first
  for (int rank = 0; rank < population_; ++rank) {
    moves.col(rank) = (generation.col(static_cast<Eigen::Index>(
                           ranking[static_cast<size_t>(rank)])) -
                       mean_) /
                      step_;
  }
  const auto whiten = [this](const Eigen::VectorXd& move) -> Eigen::VectorXd {
    return axes_ * (axes_.transpose() * move).cwiseQuotient(lengths_);
  };
  const Eigen::VectorXd move =
      moves.leftCols(parents_) * weights_.head(parents_);
  mean_ = (mean_ + step_ * move).cwiseMax(0.0).cwiseMin(1.0);

  ++updates_;
  step_path_ =
      (1 - step_path_rate_) * step_path_ +
      std::sqrt(step_path_rate_ * (2 - step_path_rate_) * effective_parents_) *
          whiten(move);
  const double path_length = step_path_.norm();
  const double start_up = std::sqrt(
      1 - std::pow(1 - step_path_rate_, 2 * static_cast<double>(updates_)));
  const bool moves_on =
      path_length / start_up < (1.4 + 2 / (n + 1)) * expected_length_;
  path_ *= 1 - path_rate_;
  if (moves_on) {
    path_ +=
        std::sqrt(path_rate_ * (2 - path_rate_) * effective_parents_) * move;
  }

  const double lost = moves_on ? 0 : path_rate_ * (2 - path_rate_);
  covariance_ *= 1 + rank_one_rate_ * lost - rank_one_rate_ -
                 rank_many_rate_ * weights_.sum();
  covariance_ += rank_one_rate_ * path_ * path_.transpose();
  for (int rank = 0; rank < population_; ++rank) {
    double weight = weights_[rank];
    if (weight < 0) {
      weight *=
          n / std::max(whiten(moves.col(rank)).squaredNorm(), kLeastEigenvalue);
    }
    covariance_ += rank_many_rate_ * weight * moves.col(rank) *
                   moves.col(rank).transpose();
  }
  step_ *= std::exp(std::min(1.0, step_path_rate_ / step_damping_ *
                                      (path_length / expected_length_ - 1)));
  // Past this almost everything is drawn again.
  step_ = std::min(step_, 1.0);

  for (int k = 0; k < dimensions_; ++k) {
    const double deviation = step_ * std::sqrt(covariance_(k, k));
    if (!(deviation < least[k])) continue;
    const double factor = least[k] / deviation;
    covariance_.row(k) *= factor;
    covariance_.col(k) *= factor;
  }
  Decompose();
}

bool CmaEs::HasConverged() const {
  const double longest = lengths_[dimensions_ - 1];
  const double ratio = longest / lengths_[0];
  return !(step_ * longest >= kConverged) ||
         !(ratio * ratio <= kLargestCondition);
}

Eigen::VectorXd CmaEs::Deviations() const {
  return step_ * covariance_.diagonal().cwiseSqrt();
}

void CmaEs::Decompose() {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance_);
  axes_ = solver.eigenvectors();
  lengths_ = solver.eigenvalues().cwiseMax(kLeastEigenvalue).cwiseSqrt();
}

}  // namespace etalon
