#ifndef ETALON_WORKER_TRAIN_OPTIMIZERS_STEP_RULE_H_
#define ETALON_WORKER_TRAIN_OPTIMIZERS_STEP_RULE_H_

#include <cstdint>
#include <variant>

#include "worker/train/kernels/kernels.h"
#include "worker/train/optimizers/optimizer_spec.h"

namespace etalon::train {

template <typename Scalar>
using StepRule = typename ColumnSteps<Scalar>::Rule;

// The rule by which an optimiser steps. Gradient descent with momentum 0 is
// descent: it has nothing to remember.
template <typename Scalar>
StepRule<Scalar> RuleOf(const OptimizerSpec& spec) {
  if (std::holds_alternative<AdamSpec>(spec)) return StepRule<Scalar>::kAdam;
  return std::get<SgdSpec>(spec).momentum == 0 ? StepRule<Scalar>::kDescent
                                               : StepRule<Scalar>::kMomentum;
}

// Arrays, each as large as what is learnt, that a rule keeps beside it.
template <typename Scalar>
constexpr int MomentCount(StepRule<Scalar> rule) {
  switch (rule) {
    case StepRule<Scalar>::kDescent:
      return 0;
    case StepRule<Scalar>::kStore:
    case StepRule<Scalar>::kMomentum:
      return 1;
    case StepRule<Scalar>::kAdam:
      return 2;
  }
  return 0;
}

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_OPTIMIZERS_STEP_RULE_H_
