#include "worker/train/trial_state.h"

#include <algorithm>
#include <cmath>

#include "common/random.h"

namespace etalon::train {

template <typename Scalar>
TrialState<Scalar>::TrialState(const TrialPlan& plan, const DataSizes& sizes,
                               const Kernels<Scalar>& kernels, Index max_rows)
    : lambda_(plan.lambda),
      schedule_(plan.schedule),
      updates_per_epoch_(UpdatesPerEpoch(plan, sizes.train)),
      dropout_seed_(DeriveSeed(plan.seeds.initialization, "dropout")),
      network_(kernels, sizes.features, plan.network, sizes.classes, max_rows),
      optimizer_(
          MakeOptimizer(plan.optimizer, kernels, network_.Parameters())) {
  network_.Initialize(plan.seeds.initialization);
  SetUpdate(0);
}

template <typename Scalar>
void TrialState<Scalar>::SetUpdate(int64_t update) {
  update_ = update;
  learning_rate_ = LearningRate(schedule_, std::max<int64_t>(update - 1, 0),
                                updates_per_epoch_);
}

template <typename Scalar>
uint64_t TrialState<Scalar>::DropoutSeed(int64_t update) const {
  return DeriveSeed(dropout_seed_, "update", {static_cast<uint64_t>(update)});
}

template <typename Scalar>
bool TrialState<Scalar>::Step(const Batch<Scalar>& batch) {
  SetUpdate(update_ + 1);
  const uint64_t seed = DropoutSeed(update_);
  if (optimizer_ == nullptr) {
    return std::isfinite(
        network_.Descend(batch, learning_rate_, lambda_, seed).loss_sum);
  }
  if (!std::isfinite(network_.Differentiate(batch, seed).loss_sum)) {
    return false;
  }
  optimizer_->Step(update_, learning_rate_, lambda_);
  return true;
}

template class TrialState<float>;
template class TrialState<double>;

}  // namespace etalon::train
