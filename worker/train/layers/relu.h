#ifndef ETALON_WORKER_TRAIN_LAYERS_RELU_H_
#define ETALON_WORKER_TRAIN_LAYERS_RELU_H_

#include "worker/train/kernels/kernels.h"

namespace etalon::train {

// The rectifier y = max(x, 0), in place, on the first `count` values. NaN stays
// NaN, so that divergence shows in the loss.
template <typename Scalar>
void ReluForward(const Kernels<Scalar>& kernels, Index count, Scalar* values) {
  kernels.relu(count, values);
}

// Turns the loss's gradient with respect to y in place into that with respect
// to x: zero where y is zero (the derivative at x = 0 is taken to be 0).
template <typename Scalar>
void ReluBackward(const Kernels<Scalar>& kernels, Index count,
                  const Scalar* activations, Scalar* gradient) {
  kernels.relu_backward(count, activations, gradient);
}

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_LAYERS_RELU_H_
