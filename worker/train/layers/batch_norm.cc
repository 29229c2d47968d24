#include "worker/train/layers/batch_norm.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace etalon::train {
namespace {

// The constants of PyTorch's BatchNorm1d.
constexpr double kEpsilon = 1e-5;
constexpr double kMomentum = 0.1;

}  // namespace

template <typename Scalar>
BatchNorm<Scalar>::BatchNorm(const Kernels<Scalar>& kernels, Index units,
                             Index max_rows)
    : kernels_(&kernels),
      units_(units),
      gamma_(units),
      beta_(units),
      gamma_gradient_(units),
      beta_gradient_(units),
      running_mean_(units),
      running_variance_(units),
      mean_(units),
      variance_(units),
      inverse_deviation_(units),
      normalized_(max_rows * units) {
  Reset();
}

template <typename Scalar>
void BatchNorm<Scalar>::Reset() {
  std::fill(gamma_.begin(), gamma_.end(), Scalar{1});
  std::fill(beta_.begin(), beta_.end(), Scalar{0});
  std::fill(running_mean_.begin(), running_mean_.end(), Scalar{0});
  std::fill(running_variance_.begin(), running_variance_.end(), Scalar{1});
}

template <typename Scalar>
void BatchNorm<Scalar>::ForwardInTraining(Index rows, Scalar* values) {
  kernels_->column_moments(rows, units_, values, mean_.data(),
                           variance_.data());
  Normalize(rows, mean_, variance_, values);
}

template <typename Scalar>
void BatchNorm<Scalar>::ForwardInEvaluation(Index rows, Scalar* values) {
  Normalize(rows, running_mean_, running_variance_, values);
}

template <typename Scalar>
void BatchNorm<Scalar>::Normalize(Index rows, const AlignedArray<Scalar>& mean,
                                  const AlignedArray<Scalar>& variance,
                                  Scalar* values) {
  for (Index j = 0; j < units_; ++j) {
    // One over an infinite deviation would be zero, and the unit silent.
    inverse_deviation_[j] =
        std::isfinite(variance[j])
            ? 1 / std::sqrt(variance[j] + static_cast<Scalar>(kEpsilon))
            : std::numeric_limits<Scalar>::quiet_NaN();
  }
  kernels_->normalize(rows, units_, mean.data(), inverse_deviation_.data(),
                      gamma_.data(), beta_.data(), normalized_.data(), values);
}

template <typename Scalar>
void BatchNorm<Scalar>::UpdateStatistics(Index rows) {
  const auto weight = static_cast<Scalar>(kMomentum);
  const Scalar unbiased =
      static_cast<Scalar>(rows) / static_cast<Scalar>(rows - 1);
  for (Index j = 0; j < units_; ++j) {
    running_mean_[j] = (1 - weight) * running_mean_[j] + weight * mean_[j];
    running_variance_[j] = (1 - weight) * running_variance_[j] +
                           weight * (unbiased * variance_[j]);
  }
}

template <typename Scalar>
void BatchNorm<Scalar>::Backward(Index rows, Scalar* gradient) {
  kernels_->normalize_backward(
      rows, units_, normalized_.data(), inverse_deviation_.data(),
      gamma_.data(), gradient, gamma_gradient_.data(), beta_gradient_.data());
}

template <typename Scalar>
void BatchNorm<Scalar>::Descend(Scalar eta) {
  for (Index j = 0; j < units_; ++j) {
    gamma_[j] -= eta * gamma_gradient_[j];
    beta_[j] -= eta * beta_gradient_[j];
  }
}

template <typename Scalar>
std::vector<Parameter<Scalar>> BatchNorm<Scalar>::Parameters(
    const std::string& prefix) {
  return {{{prefix + "weight", {units_}, gamma_.data(), units_},
           gamma_gradient_.data(),
           /*penalized=*/false},
          {{prefix + "bias", {units_}, beta_.data(), units_},
           beta_gradient_.data(),
           /*penalized=*/false}};
}

template <typename Scalar>
std::vector<NamedArray<Scalar>> BatchNorm<Scalar>::Statistics(
    const std::string& prefix) {
  return {{prefix + "running_mean", {units_}, running_mean_.data(), units_},
          {prefix + "running_var", {units_}, running_variance_.data(), units_}};
}

template class BatchNorm<float>;
template class BatchNorm<double>;

}  // namespace etalon::train
