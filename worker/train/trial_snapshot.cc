#include "worker/train/trial_snapshot.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"

namespace etalon::train {
namespace {

absl::Status CheckBest(const Snapshot& snapshot, const TrialPlan& plan,
                       const std::vector<NamedArray<float>>& network) {
  if (!snapshot.best.has_value()) return absl::OkStatus();
  if (!plan.early_stopping.has_value()) {
    return absl::InvalidArgumentError(
        "the snapshot has best weights; the plan has no early stopping");
  }
  const BestSoFar& best = *snapshot.best;
  if (best.update < 1 || best.update > snapshot.update ||
      !(best.accuracy >= 0 && best.accuracy <= 1) ||
      best.evaluations_since < 0 ||
      best.evaluations_since >= plan.early_stopping->patience) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the snapshot's best weights are of update ", best.update,
        " with accuracy ", best.accuracy, " and ", best.evaluations_since,
        " evaluations since; that cannot be after ", snapshot.update,
        " updates with a patience of ", plan.early_stopping->patience));
  }
  return CheckFit(best.network, network, "the snapshot's best network");
}

}  // namespace

Snapshot TakeSnapshot(GroupState<float>& state, size_t member,
                      const EarlyStopping* early_stopping) {
  const Index index = static_cast<Index>(member);
  Snapshot snapshot;
  snapshot.update = state.update();
  snapshot.network = CopyToTensors(state.network().State(index));
  snapshot.optimizer = CopyToTensors(state.network().Moments(index));
  if (early_stopping != nullptr) snapshot.best = early_stopping->best();
  return snapshot;
}

absl::Status RestoreSnapshot(const Snapshot& snapshot, GroupState<float>& state,
                             size_t member, EarlyStopping* early_stopping) {
  const TrialPlan& plan = state.plan(member);
  const int64_t last = plan.until_update > 0 ? plan.until_update : plan.updates;
  if (snapshot.update < 1 || snapshot.update >= last) {
    return absl::InvalidArgumentError(
        absl::StrCat("the snapshot is of update ", snapshot.update,
                     "; it must be from 1 to before the last, ", last));
  }
  const Index index = static_cast<Index>(member);
  const std::vector<NamedArray<float>> network = state.network().State(index);
  const std::vector<NamedArray<float>> optimizer =
      state.network().Moments(index);
  ETALON_RETURN_IF_ERROR(
      CheckFit(snapshot.network, network, "the snapshot's network"));
  ETALON_RETURN_IF_ERROR(
      CheckFit(snapshot.optimizer, optimizer, "the snapshot's optimizer"));
  ETALON_RETURN_IF_ERROR(CheckBest(snapshot, plan, network));
  CopyFromTensors(snapshot.network, network);
  CopyFromTensors(snapshot.optimizer, optimizer);
  if (early_stopping != nullptr) early_stopping->set_best(snapshot.best);
  return absl::OkStatus();
}

}  // namespace etalon::train
