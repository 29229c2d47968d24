#include "worker/train/optimizers/momentum.h"

#include <utility>

namespace etalon::train {

template <typename Scalar>
Momentum<Scalar>::Momentum(const SgdSpec& spec, const Kernels<Scalar>& kernels,
                           std::vector<Parameter<Scalar>> parameters)
    : spec_(spec),
      kernels_(kernels),
      parameters_(std::move(parameters)),
      velocities_(parameters_, "momentum") {}

template <typename Scalar>
void Momentum<Scalar>::Step(int64_t, double eta, double lambda) {
  MomentumStep<Scalar> step = {};
  step.eta = static_cast<Scalar>(eta);
  step.momentum = static_cast<Scalar>(spec_.momentum);
  step.nesterov = spec_.nesterov;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter<Scalar>& parameter = parameters_[i];
    step.penalty = static_cast<Scalar>(parameter.penalized ? 2 * lambda : 0);
    kernels_.momentum_step(parameter.count, step, parameter.gradient,
                           velocities_[i], parameter.values);
  }
}

template <typename Scalar>
std::vector<NamedArray<Scalar>> Momentum<Scalar>::State() {
  return velocities_.arrays();
}

template class Momentum<float>;
template class Momentum<double>;

}  // namespace etalon::train
