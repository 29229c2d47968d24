#include "worker/train/layers/block.h"

#include "worker/train/layers/activation.h"

namespace etalon::train {

template <typename Scalar>
Block<Scalar>::Block(const Kernels<Scalar>& kernels, Index inputs,
                     Index outputs, const NetworkSpec& spec, bool is_last,
                     Index max_rows)
    : kernels_(&kernels),
      affine_(kernels, inputs, outputs),
      activation_(is_last ? Activation::kIdentity : spec.activation),
      output_(max_rows * outputs) {
  if (is_last) return;
  if (spec.batch_norm) norm_.emplace(kernels, outputs, max_rows);
  if (spec.dropout > 0) {
    dropout_.emplace(kernels, spec.dropout, max_rows * outputs);
  }
}

template <typename Scalar>
void Block<Scalar>::Initialize(const WeightInit& init, uint64_t seed,
                               uint64_t stream) {
  affine_.Initialize(init, seed, stream);
  if (norm_.has_value()) norm_->Reset();
}

template <typename Scalar>
void Block<Scalar>::ForwardInEvaluation(Index rows, const Scalar* input) {
  affine_.Forward(rows, input, output());
  if (norm_.has_value()) norm_->ForwardInEvaluation(rows, output());
  ActivationForward(*kernels_, activation_, rows * outputs(), output());
}

template <typename Scalar>
void Block<Scalar>::ForwardInTraining(Index rows, const Scalar* input,
                                      uint64_t seed, uint64_t stream) {
  affine_.Forward(rows, input, output());
  if (norm_.has_value()) norm_->ForwardInTraining(rows, output());
  ActivationForward(*kernels_, activation_, rows * outputs(), output());
  if (dropout_.has_value()) {
    dropout_->Forward(rows * outputs(), seed, stream, output());
  }
}

template <typename Scalar>
void Block<Scalar>::UpdateStatistics(Index rows) {
  if (norm_.has_value()) norm_->UpdateStatistics(rows);
}

template <typename Scalar>
void Block<Scalar>::BackwardToAffine(Index rows, Scalar* gradient) {
  if (dropout_.has_value()) dropout_->Backward(rows * outputs(), gradient);
  ActivationBackward(*kernels_, activation_, rows * outputs(), output(),
                     gradient);
  if (norm_.has_value()) norm_->Backward(rows, gradient);
}

template <typename Scalar>
void Block<Scalar>::Descend(Index rows, const Scalar* input,
                            const Scalar* gradient, double eta, double lambda) {
  affine_.Descend(rows, input, gradient, static_cast<Scalar>(2 * eta * lambda),
                  static_cast<Scalar>(eta));
  if (norm_.has_value()) norm_->Descend(static_cast<Scalar>(eta));
}

template <typename Scalar>
std::vector<Parameter<Scalar>> Block<Scalar>::Parameters(
    const std::string& prefix) {
  std::vector<Parameter<Scalar>> parameters = affine_.Parameters(prefix);
  if (norm_.has_value()) {
    for (Parameter<Scalar>& parameter : norm_->Parameters(prefix + "norm.")) {
      parameters.push_back(std::move(parameter));
    }
  }
  return parameters;
}

template <typename Scalar>
std::vector<NamedArray<Scalar>> Block<Scalar>::Statistics(
    const std::string& prefix) {
  if (!norm_.has_value()) return {};
  return norm_->Statistics(prefix + "norm.");
}

template class Block<float>;
template class Block<double>;

}  // namespace etalon::train
