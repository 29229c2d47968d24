#ifndef ETALON_WORKER_TRAIN_KERNELS_VARIANT_ACTIVATIONS_H_
#define ETALON_WORKER_TRAIN_KERNELS_VARIANT_ACTIVATIONS_H_

// A part of variant.cc, which alone includes it: what follows the affine sums,
// one by one.

#include "worker/train/kernels/kernels.h"

namespace etalon::train {
namespace ETALON_VARIANT_NAMESPACE {

// A NaN is not below zero and so stays, as divergence must not be hidden.
template <typename Scalar>
void Relu(Index count, Scalar* values) {
  for (Index i = 0; i < count; ++i) {
    values[i] = values[i] < 0 ? Scalar{0} : values[i];
  }
}

template <typename Scalar>
void ReluBackward(Index count, const Scalar* __restrict activations,
                  Scalar* __restrict gradient) {
  for (Index i = 0; i < count; ++i) {
    gradient[i] = activations[i] == 0 ? Scalar{0} : gradient[i];
  }
}

template <typename Scalar>
void LeakyRelu(Index count, Scalar slope, Scalar* values) {
  for (Index i = 0; i < count; ++i) {
    values[i] = values[i] < 0 ? slope * values[i] : values[i];
  }
}

template <typename Scalar>
void LeakyReluBackward(Index count, Scalar slope,
                       const Scalar* __restrict activations,
                       Scalar* __restrict gradient) {
  for (Index i = 0; i < count; ++i) {
    gradient[i] = activations[i] > 0 ? gradient[i] : slope * gradient[i];
  }
}

template <typename Scalar>
void MultiplyElements(Index count, const Scalar* __restrict factors,
                      Scalar* __restrict values) {
  for (Index i = 0; i < count; ++i) values[i] *= factors[i];
}

}  // namespace ETALON_VARIANT_NAMESPACE
}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_VARIANT_ACTIVATIONS_H_
