#ifndef ETALON_WORKER_TRAIN_KERNELS_VARIANT_OPTIMIZERS_H_
#define ETALON_WORKER_TRAIN_KERNELS_VARIANT_OPTIMIZERS_H_

// A part of variant.cc, which alone includes it: the steps of optimisers.
#include <cmath>

#include "worker/train/kernels/kernels.h"

namespace etalon::train {
namespace ETALON_VARIANT_NAMESPACE {

template <typename Scalar>
void StepMomentum(Index count, const MomentumStep<Scalar>& step,
                  const Scalar* __restrict gradient,
                  Scalar* __restrict velocity, Scalar* __restrict values) {
  const auto [eta, momentum, penalty, nesterov] = step;
  // How much of the gradient itself goes into the step, and of the velocity.
  const Scalar ahead = nesterov ? Scalar{1} : Scalar{0};
  const Scalar along = nesterov ? momentum : Scalar{1};
  for (Index i = 0; i < count; ++i) {
    const Scalar g = gradient[i] + penalty * values[i];
    velocity[i] = momentum * velocity[i] + g;
    values[i] -= eta * (ahead * g + along * velocity[i]);
  }
}

template <typename Scalar>
void StepAdam(Index count, const AdamStep<Scalar>& step,
              const Scalar* __restrict gradient,
              Scalar* __restrict first_moment, Scalar* __restrict second_moment,
              Scalar* __restrict values) {
  const AdamStep<Scalar> s = step;
  for (Index i = 0; i < count; ++i) {
    const Scalar w = values[i];
    const Scalar g = gradient[i] + s.penalty * w;
    const Scalar m = first_moment[i] + s.first_rate * (g - first_moment[i]);
    const Scalar v =
        second_moment[i] + s.second_rate * (g * g - second_moment[i]);
    first_moment[i] = m;
    second_moment[i] = v;
    const Scalar step_size = m / (std::sqrt(v) * s.second_scale + s.epsilon);
    // Not w * (1 - decay): float32 rounds a small decay away. v - v is zero,
    // but NaN where v has overflown: a weight that no longer moves must show.
    values[i] = w - s.decay * w - s.eta * step_size + (v - v);
  }
}

}  // namespace ETALON_VARIANT_NAMESPACE
}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_VARIANT_OPTIMIZERS_H_
