#include "worker/train/layers/block.h"

#include <algorithm>

#include "worker/train/layers/activation.h"

namespace etalon::train {
namespace {

std::vector<double> DropoutShares(const std::vector<NetworkSpec>& specs) {
  std::vector<double> shares;
  for (const NetworkSpec& spec : specs) shares.push_back(spec.dropout);
  return shares;
}

}  // namespace

template <typename Scalar>
Block<Scalar>::Block(const Kernels<Scalar>& kernels, const AffineShape& shape,
                     const std::vector<NetworkSpec>& specs, bool is_last,
                     StepRule<Scalar> rule, Index max_rows)
    : kernels_(&kernels),
      affine_(kernels, shape, rule, max_rows),
      activation_(is_last ? Activation::kIdentity : specs.front().activation),
      steps_(affine_.columns(), rule),
      input_(shape.shared_input
                 ? 0
                 : affine_.products() *
                       kernels.packed_input_bytes(max_rows, shape.inputs)),
      output_(max_rows * columns().width) {
  if (is_last) return;
  if (specs.front().batch_norm) {
    norm_.emplace(kernels, columns(), rule, max_rows);
  }
  const std::vector<double> shares = DropoutShares(specs);
  if (*std::max_element(shares.begin(), shares.end()) > 0) {
    dropout_.emplace(kernels, columns(), shares, max_rows);
  }
}

template <typename Scalar>
const std::byte* Block<Scalar>::PackInput(Index rows, const Block& before) {
  const Columns& columns = before.columns();
  const Index bytes = kernels_->packed_input_bytes(rows, columns.units);
  for (Index t = 0; t < columns.members; ++t) {
    kernels_->pack_input(rows, columns.units, columns.width,
                         before.output() + columns.First(t),
                         input_.data() + t * bytes);
  }
  return input_.data();
}

template <typename Scalar>
void Block<Scalar>::ForwardInEvaluation(Index rows, const std::byte* input) {
  affine_.Forward(rows, input, output());
  if (norm_.has_value()) norm_->ForwardInEvaluation(rows, output());
  ActivationForward(*kernels_, activation_, rows * columns().width, output());
}

template <typename Scalar>
void Block<Scalar>::ForwardInTraining(Index rows, const std::byte* input,
                                      const std::vector<uint64_t>& seeds,
                                      uint64_t stream) {
  affine_.Forward(rows, input, output());
  if (norm_.has_value()) norm_->ForwardInTraining(rows, output());
  ActivationForward(*kernels_, activation_, rows * columns().width, output());
  if (dropout_.has_value()) dropout_->Forward(rows, seeds, stream, output());
}

template <typename Scalar>
void Block<Scalar>::UpdateStatistics(Index rows) {
  if (norm_.has_value()) norm_->UpdateStatistics(rows);
}

template <typename Scalar>
void Block<Scalar>::BackwardToAffine(Index rows, Scalar* gradient) {
  if (dropout_.has_value()) dropout_->Backward(rows, gradient);
  ActivationBackward(*kernels_, activation_, rows * columns().width, output(),
                     gradient);
  if (norm_.has_value()) norm_->Backward(rows, gradient);
}

template <typename Scalar>
void Block<Scalar>::Step(Index rows, const std::byte* input,
                         const Scalar* gradient,
                         const std::vector<MemberStep>& steps) {
  steps_.Set(steps);
  affine_.Step(rows, input, gradient, steps_);
  if (norm_.has_value()) norm_->Step(steps_);
}

template <typename Scalar>
std::vector<Parameter<Scalar>> Block<Scalar>::Parameters(
    Index member, const std::string& prefix) {
  auto parameters = affine_.Parameters(member, prefix);
  if (norm_.has_value()) {
    Append(norm_->Parameters(member, prefix + "norm."), parameters);
  }
  return parameters;
}

template <typename Scalar>
std::vector<NamedArray<Scalar>> Block<Scalar>::Statistics(
    Index member, const std::string& prefix) {
  if (!norm_.has_value()) return {};
  return norm_->Statistics(member, prefix + "norm.");
}

template <typename Scalar>
std::vector<NamedArray<Scalar>> Block<Scalar>::FirstMoments(
    Index member, const std::string& prefix, const std::string& suffix) {
  auto moments = affine_.FirstMoments(member, prefix, suffix);
  if (norm_.has_value()) {
    Append(norm_->FirstMoments(member, prefix + "norm.", suffix), moments);
  }
  return moments;
}

template <typename Scalar>
std::vector<NamedArray<Scalar>> Block<Scalar>::SecondMoments(
    Index member, const std::string& prefix, const std::string& suffix) {
  auto moments = affine_.SecondMoments(member, prefix, suffix);
  if (norm_.has_value()) {
    Append(norm_->SecondMoments(member, prefix + "norm.", suffix), moments);
  }
  return moments;
}

template class Block<float>;
template class Block<double>;

}  // namespace etalon::train
