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
    : kernels_(&kernels), inputs_(inputs), outputs_(outputs) {
  parameters_.weights.resize(static_cast<size_t>(outputs * inputs));
  parameters_.biases.resize(static_cast<size_t>(outputs));
}

template <typename Scalar>
void FullyConnected<Scalar>::Initialize(const WeightInit& init, uint64_t seed,
                                        uint64_t stream) {
  const double deviation = std::visit(
      [&](const auto& i) { return Deviation(i, static_cast<double>(inputs_)); },
      init);
  RandomStream random(seed, stream);
  for (Scalar& weight : parameters_.weights) {
    weight = static_cast<Scalar>(deviation * random.NextNormal());
  }
  std::fill(parameters_.biases.begin(), parameters_.biases.end(), Scalar{0});
}

template <typename Scalar>
void FullyConnected<Scalar>::Forward(Index rows, const Scalar* input,
                                     Scalar* output) const {
  kernels_->affine(rows, inputs_, outputs_, input, parameters_.weights.data(),
                   parameters_.biases.data(), output);
}

template <typename Scalar>
void FullyConnected<Scalar>::Backward(Index rows, const Scalar* output_gradient,
                                      Scalar* input_gradient) const {
  kernels_->affine_backward(rows, inputs_, outputs_, output_gradient,
                            parameters_.weights.data(), input_gradient);
}

template <typename Scalar>
void FullyConnected<Scalar>::AccumulateGradient(
    Index rows, const Scalar* input, const Scalar* output_gradient,
    Scalar decay, Scalar step, AffineParameters<Scalar>& target) const {
  kernels_->affine_accumulate(rows, inputs_, outputs_, input, output_gradient,
                              decay, step, target.weights.data(),
                              target.biases.data());
}

template <typename Scalar>
double FullyConnected<Scalar>::SquaredWeights() const {
  return kernels_->sum_of_squares(
      static_cast<Index>(parameters_.weights.size()),
      parameters_.weights.data());
}

template class FullyConnected<float>;
template class FullyConnected<double>;

}  // namespace etalon::train
