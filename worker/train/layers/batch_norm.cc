#include "worker/train/layers/batch_norm.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace etalon::train {
namespace {

// The constants of PyTorch's BatchNorm1d.
constexpr double kEpsilon = 1e-5;
constexpr double kMomentum = 0.1;

}  // namespace

template <typename Scalar>
BatchNorm<Scalar>::BatchNorm(const Kernels<Scalar>& kernels,
                             const Columns& columns, StepRule<Scalar> rule,
                             Index max_rows)
    : kernels_(&kernels),
      columns_(columns),
      gamma_(columns.width, rule),
      beta_(columns.width, rule),
      gamma_gradient_(columns.width),
      beta_gradient_(columns.width),
      running_mean_(columns.width),
      running_variance_(columns.width),
      mean_(columns.width),
      variance_(columns.width),
      inverse_deviation_(columns.width),
      normalized_(max_rows * columns.width) {
  Reset();
}

template <typename Scalar>
void BatchNorm<Scalar>::Reset() {
  std::fill(gamma_.values.begin(), gamma_.values.end(), Scalar{1});
  std::fill(beta_.values.begin(), beta_.values.end(), Scalar{0});
  std::fill(running_mean_.begin(), running_mean_.end(), Scalar{0});
  std::fill(running_variance_.begin(), running_variance_.end(), Scalar{1});
}

template <typename Scalar>
void BatchNorm<Scalar>::ForwardInTraining(Index rows, Scalar* values) {
  kernels_->column_moments(rows, columns_.width, values, mean_.data(),
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
  for (Index j = 0; j < columns_.width; ++j) {
    // One over an infinite deviation would be zero, and the unit silent.
    inverse_deviation_[j] =
        std::isfinite(variance[j])
            ? 1 / std::sqrt(variance[j] + static_cast<Scalar>(kEpsilon))
            : std::numeric_limits<Scalar>::quiet_NaN();
  }
  kernels_->normalize(rows, columns_.width, mean.data(),
                      inverse_deviation_.data(), gamma_.values.data(),
                      beta_.values.data(), normalized_.data(), values);
}

template <typename Scalar>
void BatchNorm<Scalar>::UpdateStatistics(Index rows) {
  const auto weight = static_cast<Scalar>(kMomentum);
  const Scalar unbiased =
      static_cast<Scalar>(rows) / static_cast<Scalar>(rows - 1);
  for (Index j = 0; j < columns_.width; ++j) {
    running_mean_[j] = (1 - weight) * running_mean_[j] + weight * mean_[j];
    running_variance_[j] = (1 - weight) * running_variance_[j] +
                           weight * (unbiased * variance_[j]);
  }
}

template <typename Scalar>
void BatchNorm<Scalar>::Backward(Index rows, Scalar* gradient) {
  kernels_->normalize_backward(rows, columns_.width, normalized_.data(),
                               inverse_deviation_.data(), gamma_.values.data(),
                               gradient, gamma_gradient_.data(),
                               beta_gradient_.data());
}

template <typename Scalar>
void BatchNorm<Scalar>::Step(const StepTable<Scalar>& steps) {
  kernels_->descend_vector(columns_.width, gamma_gradient_.data(),
                           steps.Unpenalized(), gamma_.From(0));
  kernels_->descend_vector(columns_.width, beta_gradient_.data(),
                           steps.Unpenalized(), beta_.From(0));
}

template <typename Scalar>
NamedArray<Scalar> BatchNorm<Scalar>::Array(Index member, std::string name,
                                            AlignedArray<Scalar>& array) const {
  return {std::move(name),
          {columns_.units},
          ArrayView<Scalar>(array.data() + columns_.First(member)),
          columns_.units};
}

template <typename Scalar>
std::vector<Parameter<Scalar>> BatchNorm<Scalar>::Parameters(
    Index member, const std::string& prefix) {
  std::vector<Parameter<Scalar>> parameters = {
      {Array(member, prefix + "weight", gamma_.values), {}, false},
      {Array(member, prefix + "bias", beta_.values), {}, false}};
  if (gamma_.first_moment.empty()) return parameters;
  const auto gradients = FirstMoments(member, prefix, "");
  for (size_t i = 0; i < parameters.size(); ++i) {
    parameters[i].gradient = gradients[i].values;
  }
  return parameters;
}

template <typename Scalar>
std::vector<NamedArray<Scalar>> BatchNorm<Scalar>::FirstMoments(
    Index member, const std::string& prefix, const std::string& suffix) {
  return {Array(member, prefix + "weight" + suffix, gamma_.first_moment),
          Array(member, prefix + "bias" + suffix, beta_.first_moment)};
}

template <typename Scalar>
std::vector<NamedArray<Scalar>> BatchNorm<Scalar>::SecondMoments(
    Index member, const std::string& prefix, const std::string& suffix) {
  return {Array(member, prefix + "weight" + suffix, gamma_.second_moment),
          Array(member, prefix + "bias" + suffix, beta_.second_moment)};
}

template <typename Scalar>
std::vector<NamedArray<Scalar>> BatchNorm<Scalar>::Statistics(
    Index member, const std::string& prefix) {
  return {Array(member, prefix + "running_mean", running_mean_),
          Array(member, prefix + "running_var", running_variance_)};
}

template class BatchNorm<float>;
template class BatchNorm<double>;

}  // namespace etalon::train
