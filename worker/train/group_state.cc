#include "worker/train/group_state.h"

#include <algorithm>
#include <utility>

#include "common/random.h"

namespace etalon::train {
namespace {

std::vector<NetworkSpec> Networks(const std::vector<TrialPlan>& plans) {
  std::vector<NetworkSpec> networks;
  for (const TrialPlan& plan : plans) networks.push_back(plan.network);
  return networks;
}

std::vector<uint64_t> InitializationSeeds(const std::vector<TrialPlan>& plans) {
  std::vector<uint64_t> seeds;
  for (const TrialPlan& plan : plans) {
    seeds.push_back(plan.seeds.initialization);
  }
  return seeds;
}

}  // namespace

template <typename Scalar>
GroupState<Scalar>::GroupState(std::vector<TrialPlan> plans,
                               const DataSizes& sizes,
                               const Kernels<Scalar>& kernels, Index max_rows)
    : plans_(std::move(plans)),
      sizes_(sizes),
      kernels_(&kernels),
      max_rows_(max_rows),
      updates_per_epoch_(UpdatesPerEpoch(plans_.front(), sizes.train)),
      network_(kernels, sizes.features, Networks(plans_), sizes.classes,
               max_rows, RuleOf<Scalar>(plans_.front().optimizer)),
      dropout_seeds_(plans_.size()),
      steps_(plans_.size()) {
  network_.Initialize(InitializationSeeds(plans_));
}

template <typename Scalar>
double GroupState<Scalar>::LearningRate(size_t member) const {
  return train::LearningRate(plans_[member].schedule,
                             std::max<int64_t>(update_ - 1, 0),
                             updates_per_epoch_);
}

template <typename Scalar>
uint64_t GroupState<Scalar>::DropoutSeed(size_t member, int64_t update) const {
  return DeriveSeed(DeriveSeed(plans_[member].seeds.initialization, "dropout"),
                    "update", {static_cast<uint64_t>(update)});
}

template <typename Scalar>
const std::vector<Tally>& GroupState<Scalar>::Step(const Batch& batch) {
  ++update_;
  for (size_t t = 0; t < plans_.size(); ++t) {
    const TrialPlan& plan = plans_[t];
    if (plan.network.dropout > 0) dropout_seeds_[t] = DropoutSeed(t, update_);
    steps_[t] = MakeStep(plan.optimizer, update_, LearningRate(t), plan.lambda);
  }
  return network_.Step(batch, dropout_seeds_, steps_);
}

template <typename Scalar>
std::unique_ptr<GroupState<Scalar>> GroupState<Scalar>::Keep(
    const std::vector<size_t>& members) {
  std::vector<TrialPlan> plans;
  for (const size_t member : members) plans.push_back(plans_[member]);
  auto kept = std::make_unique<GroupState>(std::move(plans), sizes_, *kernels_,
                                           max_rows_);
  for (size_t t = 0; t < members.size(); ++t) {
    const Index from = static_cast<Index>(members[t]);
    const Index to = static_cast<Index>(t);
    CopyArrays(network_.State(from), kept->network_.State(to));
    CopyArrays(network_.Moments(from), kept->network_.Moments(to));
  }
  kept->network_.RefreshCopies();
  kept->update_ = update_;
  return kept;
}

template class GroupState<float>;
template class GroupState<double>;

}  // namespace etalon::train
