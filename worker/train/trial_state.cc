#include "worker/train/trial_state.h"

#include <cmath>

namespace etalon::train {

TrialState::TrialState(const TrialPlan& plan, const DataSizes& sizes,
                       const Kernels<float>& kernels, Index max_rows)
    : lambda_(plan.lambda),
      schedule_(plan.schedule),
      updates_per_epoch_(UpdatesPerEpoch(plan, sizes.train)),
      network_(kernels, sizes.features, plan.hidden, sizes.classes, max_rows),
      learning_rate_(LearningRate(schedule_, 0, updates_per_epoch_)) {
  network_.Initialize(plan.init, plan.seeds.initialization);
}

bool TrialState::Step(const Batch<float>& batch) {
  learning_rate_ = LearningRate(schedule_, update_, updates_per_epoch_);
  ++update_;
  return std::isfinite(
      network_.Descend(batch, learning_rate_, lambda_).loss_sum);
}

}  // namespace etalon::train
