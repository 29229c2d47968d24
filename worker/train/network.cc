#include "worker/train/network.h"

#include <algorithm>
#include <cmath>

#include "worker/train/layers/relu.h"
#include "worker/train/layers/softmax_cross_entropy.h"

namespace etalon::train {

template <typename Scalar>
Network<Scalar>::Network(const Kernels<Scalar>& kernels, Index features,
                         const std::vector<int64_t>& hidden, Index classes,
                         Index max_rows)
    : kernels_(kernels) {
  Index inputs = features;
  for (const int64_t units : hidden) {
    layers_.emplace_back(kernels, inputs, units);
    outputs_.emplace_back(max_rows * units);
    gradients_.emplace_back(max_rows * units);
    inputs = units;
  }
  layers_.emplace_back(kernels, inputs, classes);
  gradients_.emplace_back(max_rows * classes);
}

template <typename Scalar>
void Network<Scalar>::Initialize(const WeightInit& init, uint64_t seed) {
  for (size_t l = 0; l < layers_.size(); ++l) {
    layers_[l].Initialize(init, seed, l);
  }
}

template <typename Scalar>
Tally Network<Scalar>::Forward(const Batch<Scalar>& batch) {
  for (size_t l = 0; l + 1 < layers_.size(); ++l) {
    layers_[l].Forward(batch.rows, LayerInput(batch, l), outputs_[l].data());
    ReluForward(kernels_, batch.rows * layers_[l].outputs(),
                outputs_[l].data());
  }
  const size_t last = layers_.size() - 1;
  layers_[last].Forward(batch.rows, LayerInput(batch, last),
                        gradients_[last].data());
  return SoftmaxCrossEntropy(kernels_, batch.rows, layers_[last].outputs(),
                             batch.labels, gradients_[last].data());
}

template <typename Scalar>
void Network<Scalar>::Backward(Index rows) {
  for (size_t l = layers_.size() - 1; l > 0; --l) {
    layers_[l].Backward(rows, gradients_[l].data(), gradients_[l - 1].data());
    ReluBackward(kernels_, rows * layers_[l].inputs(), outputs_[l - 1].data(),
                 gradients_[l - 1].data());
  }
}

template <typename Scalar>
Tally Network<Scalar>::Evaluate(const Batch<Scalar>& batch) {
  return Forward(batch);
}

template <typename Scalar>
Tally Network<Scalar>::Descend(const Batch<Scalar>& batch, double eta,
                               double lambda) {
  const Tally tally = Forward(batch);
  if (!std::isfinite(tally.loss_sum)) return tally;
  // All gradients come first: they need the weights from before the step.
  Backward(batch.rows);
  for (size_t l = 0; l < layers_.size(); ++l) {
    layers_[l].AccumulateGradient(
        batch.rows, LayerInput(batch, l), gradients_[l].data(),
        static_cast<Scalar>(2 * eta * lambda), static_cast<Scalar>(-eta),
        layers_[l].parameters());
  }
  return tally;
}

template <typename Scalar>
std::vector<AffineParameters<Scalar>> Network<Scalar>::CostGradient(
    const Batch<Scalar>& batch, double lambda) {
  Forward(batch);
  Backward(batch.rows);
  std::vector<AffineParameters<Scalar>> gradient;
  for (size_t l = 0; l < layers_.size(); ++l) {
    AffineParameters<Scalar>& target =
        gradient.emplace_back(layers_[l].parameters());
    for (Scalar& weight : target.weights) {
      weight *= static_cast<Scalar>(2 * lambda);  // the penalty's gradient
    }
    std::fill(target.biases.begin(), target.biases.end(), Scalar{0});
    layers_[l].AccumulateGradient(batch.rows, LayerInput(batch, l),
                                  gradients_[l].data(), Scalar{0}, Scalar{1},
                                  target);
  }
  return gradient;
}

template <typename Scalar>
double Network<Scalar>::SquaredWeights() const {
  double sum = 0;
  for (const FullyConnected<Scalar>& layer : layers_) {
    sum += layer.SquaredWeights();
  }
  return sum;
}

template class Network<float>;
template class Network<double>;

}  // namespace etalon::train
