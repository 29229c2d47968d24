#include "worker/train/optimizers/adam.h"

#include <cmath>
#include <utility>

namespace etalon::train {

template <typename Scalar>
Adam<Scalar>::Adam(const AdamSpec& spec, const Kernels<Scalar>& kernels,
                   std::vector<Parameter<Scalar>> parameters)
    : spec_(spec),
      kernels_(kernels),
      parameters_(std::move(parameters)),
      first_(parameters_, "first_moment"),
      second_(parameters_, "second_moment") {}

template <typename Scalar>
void Adam<Scalar>::Step(int64_t update, double eta, double lambda) {
  const double t = static_cast<double>(update);
  const double first_correction = 1 - std::pow(spec_.beta1, t);
  const double second_correction = 1 - std::pow(spec_.beta2, t);
  AdamStep<Scalar> step = {};
  step.eta = static_cast<Scalar>(eta / first_correction);
  step.first_rate = static_cast<Scalar>(1 - spec_.beta1);
  step.second_rate = static_cast<Scalar>(1 - spec_.beta2);
  step.second_scale = static_cast<Scalar>(1 / std::sqrt(second_correction));
  step.epsilon = static_cast<Scalar>(spec_.epsilon);
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter<Scalar>& parameter = parameters_[i];
    const double penalty = parameter.penalized ? 2 * lambda : 0;
    step.penalty = static_cast<Scalar>(spec_.decoupled ? 0 : penalty);
    step.decay = static_cast<Scalar>(spec_.decoupled ? eta * penalty : 0);
    kernels_.adam_step(parameter.count, step, parameter.gradient, first_[i],
                       second_[i], parameter.values);
  }
}

template <typename Scalar>
std::vector<NamedArray<Scalar>> Adam<Scalar>::State() {
  std::vector<NamedArray<Scalar>> state = first_.arrays();
  state.insert(state.end(), second_.arrays().begin(), second_.arrays().end());
  return state;
}

template class Adam<float>;
template class Adam<double>;

}  // namespace etalon::train
