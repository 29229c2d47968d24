#include "worker/train/network.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "worker/train/layers/softmax_cross_entropy.h"

namespace etalon::train {
namespace {

std::string Prefix(size_t block) { return absl::StrCat("layers.", block, "."); }

}  // namespace

template <typename Scalar>
Network<Scalar>::Network(const Kernels<Scalar>& kernels, Index features,
                         const NetworkSpec& spec, Index classes, Index max_rows)
    : kernels_(kernels), spec_(spec) {
  Index inputs = features;
  for (const int64_t units : spec.hidden) {
    blocks_.emplace_back(kernels, inputs, units, spec, /*is_last=*/false,
                         max_rows);
    gradients_.emplace_back(max_rows * units);
    inputs = units;
  }
  blocks_.emplace_back(kernels, inputs, classes, spec, /*is_last=*/true,
                       max_rows);
}

template <typename Scalar>
void Network<Scalar>::Initialize(uint64_t seed) {
  for (size_t l = 0; l < blocks_.size(); ++l) {
    blocks_[l].Initialize(spec_.init, seed, l);
  }
}

template <typename Scalar>
Tally Network<Scalar>::Evaluate(const Batch<Scalar>& batch) {
  for (size_t l = 0; l < blocks_.size(); ++l) {
    blocks_[l].ForwardInEvaluation(batch.rows, Input(batch, l));
  }
  return Loss(batch);
}

template <typename Scalar>
Tally Network<Scalar>::TrainingLoss(const Batch<Scalar>& batch,
                                    uint64_t dropout_seed) {
  for (size_t l = 0; l < blocks_.size(); ++l) {
    blocks_[l].ForwardInTraining(batch.rows, Input(batch, l), dropout_seed, l);
  }
  return Loss(batch);
}

template <typename Scalar>
Tally Network<Scalar>::Loss(const Batch<Scalar>& batch) {
  Block<Scalar>& last = blocks_.back();
  return SoftmaxCrossEntropy(kernels_, batch.rows, last.outputs(), batch.labels,
                             last.output());
}

template <typename Scalar>
Tally Network<Scalar>::ForwardAndBackward(const Batch<Scalar>& batch,
                                          uint64_t dropout_seed) {
  const Tally tally = TrainingLoss(batch, dropout_seed);
  if (!std::isfinite(tally.loss_sum)) return tally;
  for (Block<Scalar>& block : blocks_) block.UpdateStatistics(batch.rows);
  for (size_t l = blocks_.size() - 1; l > 0; --l) {
    blocks_[l].BackwardToInput(batch.rows, Gradient(l), Gradient(l - 1));
    blocks_[l - 1].BackwardToAffine(batch.rows, Gradient(l - 1));
  }
  return tally;
}

template <typename Scalar>
Tally Network<Scalar>::Differentiate(const Batch<Scalar>& batch,
                                     uint64_t dropout_seed) {
  const Tally tally = ForwardAndBackward(batch, dropout_seed);
  if (!std::isfinite(tally.loss_sum)) return tally;
  for (size_t l = 0; l < blocks_.size(); ++l) {
    blocks_[l].Differentiate(batch.rows, Input(batch, l), Gradient(l));
  }
  return tally;
}

template <typename Scalar>
Tally Network<Scalar>::Descend(const Batch<Scalar>& batch, double eta,
                               double lambda, uint64_t dropout_seed) {
  // All gradients come first: they need the weights from before the step.
  const Tally tally = ForwardAndBackward(batch, dropout_seed);
  if (!std::isfinite(tally.loss_sum)) return tally;
  for (size_t l = 0; l < blocks_.size(); ++l) {
    blocks_[l].Descend(batch.rows, Input(batch, l), Gradient(l), eta, lambda);
  }
  return tally;
}

template <typename Scalar>
std::vector<Parameter<Scalar>> Network<Scalar>::Parameters() {
  std::vector<Parameter<Scalar>> all;
  for (size_t l = 0; l < blocks_.size(); ++l) {
    for (Parameter<Scalar>& parameter : blocks_[l].Parameters(Prefix(l))) {
      all.push_back(std::move(parameter));
    }
  }
  return all;
}

template <typename Scalar>
std::vector<NamedArray<Scalar>> Network<Scalar>::Statistics() {
  std::vector<NamedArray<Scalar>> all;
  for (size_t l = 0; l < blocks_.size(); ++l) {
    for (NamedArray<Scalar>& array : blocks_[l].Statistics(Prefix(l))) {
      all.push_back(std::move(array));
    }
  }
  return all;
}

template <typename Scalar>
std::vector<NamedArray<Scalar>> Network<Scalar>::State() {
  std::vector<NamedArray<Scalar>> all;
  for (Parameter<Scalar>& parameter : Parameters()) {
    all.push_back(std::move(parameter));
  }
  for (NamedArray<Scalar>& array : Statistics()) {
    all.push_back(std::move(array));
  }
  return all;
}

template <typename Scalar>
double Network<Scalar>::SquaredWeights() const {
  double sum = 0;
  for (const Block<Scalar>& block : blocks_) sum += block.SquaredWeights();
  return sum;
}

template class Network<float>;
template class Network<double>;

}  // namespace etalon::train
