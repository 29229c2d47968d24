#ifndef ETALON_WORKER_TRAIN_LAYERS_ACTIVATION_H_
#define ETALON_WORKER_TRAIN_LAYERS_ACTIVATION_H_

#include "worker/train/kernels/kernels.h"
#include "worker/train/network_spec.h"

namespace etalon::train {

// The slope of kLeakyRelu below zero.
inline constexpr double kLeakySlope = 0.01;

// y = activation(x), in place, on the first `count` values. NaN stays NaN, so
// that divergence shows in the loss.
template <typename Scalar>
void ActivationForward(const Kernels<Scalar>& kernels, Activation activation,
                       Index count, Scalar* values) {
  switch (activation) {
    case Activation::kRelu:
      return kernels.relu(count, values);
    case Activation::kLeakyRelu:
      return kernels.leaky_relu(count, static_cast<Scalar>(kLeakySlope),
                                values);
    case Activation::kIdentity:
      return;
  }
}

// Turns the loss's gradient with respect to y in place into that with respect
// to x. Of y no more is used than where it is more than zero, so it may have
// been scaled by positive factors since; the derivative at x = 0 is that of
// x < 0.
template <typename Scalar>
void ActivationBackward(const Kernels<Scalar>& kernels, Activation activation,
                        Index count, const Scalar* activations,
                        Scalar* gradient) {
  switch (activation) {
    case Activation::kRelu:
      return kernels.relu_backward(count, activations, gradient);
    case Activation::kLeakyRelu:
      return kernels.leaky_relu_backward(
          count, static_cast<Scalar>(kLeakySlope), activations, gradient);
    case Activation::kIdentity:
      return;
  }
}

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_LAYERS_ACTIVATION_H_
