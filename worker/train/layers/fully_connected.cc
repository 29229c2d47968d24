#include "worker/train/layers/fully_connected.h"

#include <algorithm>
#include <cmath>
#include <variant>

#include "common/random.h"

namespace etalon::train {
namespace {

double Deviation(const XavierInit&, double inputs) {
  return 1 / std::sqrt(inputs);
}
double Deviation(const HeInit&, double inputs) { return std::sqrt(2 / inputs); }
double Deviation(const NormalInit& init, double) { return init.deviation; }

}  // namespace

template <typename Scalar>
FullyConnected<Scalar>::FullyConnected(const Kernels<Scalar>& kernels,
                                       Index inputs, Index outputs)
    : kernels_(&kernels),
      inputs_(inputs),
      outputs_(outputs),
      weights_(outputs * inputs),
      biases_(outputs),
      weight_gradient_(outputs * inputs),
      bias_gradient_(outputs) {}

template <typename Scalar>
void FullyConnected<Scalar>::Initialize(const WeightInit& init, uint64_t seed,
                                        uint64_t stream) {
  const double deviation = std::visit(
      [&](const auto& i) { return Deviation(i, static_cast<double>(inputs_)); },
      init);
  RandomStream random(seed, stream);
  for (Scalar& weight : weights_) {
    weight = static_cast<Scalar>(deviation * random.NextNormal());
  }
  std::fill(biases_.begin(), biases_.end(), Scalar{0});
}

template <typename Scalar>
void FullyConnected<Scalar>::Forward(Index rows, const Scalar* input,
                                     Scalar* output) const {
  kernels_->affine(rows, inputs_, outputs_, input, weights_.data(),
                   biases_.data(), output);
}

template <typename Scalar>
void FullyConnected<Scalar>::Backward(Index rows, const Scalar* output_gradient,
                                      Scalar* input_gradient) const {
  kernels_->affine_backward(rows, inputs_, outputs_, output_gradient,
                            weights_.data(), input_gradient);
}

template <typename Scalar>
void FullyConnected<Scalar>::Differentiate(Index rows, const Scalar* input,
                                           const Scalar* output_gradient) {
  kernels_->affine_gradient(rows, inputs_, outputs_, input, output_gradient,
                            weight_gradient_.data(), bias_gradient_.data());
}

template <typename Scalar>
void FullyConnected<Scalar>::Descend(Index rows, const Scalar* input,
                                     const Scalar* output_gradient,
                                     Scalar decay, Scalar eta) {
  kernels_->affine_accumulate(rows, inputs_, outputs_, input, output_gradient,
                              decay, -eta, weights_.data(), biases_.data());
}

template <typename Scalar>
std::vector<Parameter<Scalar>> FullyConnected<Scalar>::Parameters(
    const std::string& prefix) {
  return {{{prefix + "weight",
            {outputs_, inputs_},
            weights_.data(),
            outputs_ * inputs_},
           weight_gradient_.data(),
           /*penalized=*/true},
          {{prefix + "bias", {outputs_}, biases_.data(), outputs_},
           bias_gradient_.data(),
           /*penalized=*/false}};
}

template <typename Scalar>
double FullyConnected<Scalar>::SquaredWeights() const {
  return kernels_->sum_of_squares(outputs_ * inputs_, weights_.data());
}

template class FullyConnected<float>;
template class FullyConnected<double>;

}  // namespace etalon::train
