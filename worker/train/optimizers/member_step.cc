#include "worker/train/optimizers/member_step.h"

#include <cmath>
#include <variant>

namespace etalon::train {
namespace {

MemberStep Step(const SgdSpec& spec, int64_t, double eta, double lambda) {
  if (spec.momentum == 0) return {.eta = eta, .decay = 2 * eta * lambda};
  return {.eta = eta,
          .penalty = 2 * lambda,
          .momentum = spec.momentum,
          .ahead = spec.nesterov ? 1.0 : 0.0,
          .along = spec.nesterov ? spec.momentum : 1.0};
}

MemberStep Step(const AdamSpec& spec, int64_t update, double eta,
                double lambda) {
  const double t = static_cast<double>(update);
  const double first_correction = 1 - std::pow(spec.beta1, t);
  const double second_correction = 1 - std::pow(spec.beta2, t);
  return {.eta = eta / first_correction,
          .decay = spec.decoupled ? 2 * eta * lambda : 0,
          .penalty = spec.decoupled ? 0 : 2 * lambda,
          .first_rate = 1 - spec.beta1,
          .second_rate = 1 - spec.beta2,
          .second_scale = 1 / std::sqrt(second_correction),
          .epsilon = spec.epsilon};
}

}  // namespace

MemberStep MakeStep(const OptimizerSpec& spec, int64_t update, double eta,
                    double lambda) {
  return std::visit(
      [&](const auto& optimizer) {
        return Step(optimizer, update, eta, lambda);
      },
      spec);
}

}  // namespace etalon::train
