#include "worker/train/trainer.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "common/status_macros.h"
#include "worker/train/aligned_array.h"
#include "worker/train/augmented_batches.h"
#include "worker/train/classify_part.h"
#include "worker/train/early_stopping.h"
#include "worker/train/evaluation.h"
#include "worker/train/minibatches.h"
#include "worker/train/trial_snapshot.h"
#include "worker/train/trial_state.h"

namespace etalon::train {
namespace {

// One call of Train.
class TrialRun {
 public:
  TrialRun(const TrialPlan& plan, const PreparedData& data,
           const Kernels<float>& kernels, Observer& observer)
      : plan_(plan),
        data_(data),
        kernels_(kernels),
        observer_(observer),
        sizes_(data.sizes()),
        updates_per_epoch_(UpdatesPerEpoch(plan, sizes_.train)),
        max_rows_(std::max<Index>(plan.batch_size, kEvaluationRows)),
        state_(plan, sizes_, kernels, max_rows_),
        inputs_(max_rows_ * sizes_.features),
        labels_(max_rows_) {
    if (plan.augmentation.ChangesImages()) augmented_.emplace(plan, data);
    if (plan.early_stopping.has_value()) {
      early_stopping_.emplace(plan.early_stopping->patience);
    }
  }

  absl::Status Resume(const Snapshot& snapshot) {
    return RestoreSnapshot(snapshot, plan_, state_, EarlyStoppingOrNull());
  }

  TrialOutcome Run() {
    Minibatches minibatches(plan_.seeds.minibatches, sizes_.train,
                            plan_.batch_size, state_.update());
    while (!IsOver()) {
      if (observer_.ShouldStop()) return End(TrialOutcome::Kind::kStopped);
      if (!state_.Step(TrainingBatch(minibatches.Next()))) {
        return End(TrialOutcome::Kind::kDiverged);
      }
      if (EvaluationDue(plan_, updates_per_epoch_, state_.update())) {
        const TrialOutcome::Kind kind = Measure();
        if (kind != TrialOutcome::Kind::kFinished) return End(kind);
      }
      if (!IsOver() && observer_.WantsSnapshot()) {
        observer_.OnSnapshot(TakeSnapshot(state_, EarlyStoppingOrNull()));
      }
    }
    if (observer_.WantsModel()) {
      observer_.OnModel(CopyToTensors(state_.network().State()));
    }
    return End(TrialOutcome::Kind::kFinished);
  }

 private:
  bool IsOver() const {
    return state_.update() == plan_.updates ||
           (early_stopping_.has_value() && early_stopping_->OutOfPatience());
  }

  TrialOutcome End(TrialOutcome::Kind kind) const {
    return {kind, state_.update(), last_measurement_};
  }

  EarlyStopping* EarlyStoppingOrNull() {
    return early_stopping_.has_value() ? &*early_stopping_ : nullptr;
  }

  // The minibatch of the update to come.
  Batch<float> TrainingBatch(const uint32_t* rows) {
    if (!augmented_.has_value()) {
      return Gather(data_.train(), rows, plan_.batch_size);
    }
    augmented_->Gather(kernels_, state_.update(), rows, plan_.batch_size,
                       inputs_.data(), labels_.data());
    return {plan_.batch_size, inputs_.data(), labels_.data()};
  }

  Batch<float> Gather(const ImageSet& part, const uint32_t* rows, Index count) {
    data_.Gather(kernels_, part, rows, count, inputs_.data(), labels_.data());
    return {count, inputs_.data(), labels_.data()};
  }

  // Evaluates what is due and hands it to the observer, at the end of all with
  // the best weights where they are kept. kFinished when it could be; otherwise
  // nothing was handed over.
  TrialOutcome::Kind Measure() {
    Measurement measurement;
    measurement.update = state_.update();
    measurement.epoch = static_cast<double>(state_.update()) /
                        static_cast<double>(updates_per_epoch_);
    measurement.learning_rate = state_.learning_rate();
    TrialOutcome::Kind kind =
        Evaluate(data_.validation(), measurement.validation);
    if (kind == TrialOutcome::Kind::kFinished && early_stopping_.has_value()) {
      early_stopping_->Note(state_.update(), measurement.validation->accuracy,
                            state_.network());
      const int64_t best_update = early_stopping_->best()->update;
      if (IsOver() && best_update != state_.update()) {
        early_stopping_->RestoreBest(state_.network());
        measurement.weights_update = best_update;
        kind = Evaluate(data_.validation(), measurement.validation);
      }
    }
    if (kind == TrialOutcome::Kind::kFinished &&
        (IsOver() || plan_.evaluation.training)) {
      kind = Evaluate(data_.train(), measurement.training);
    }
    if (kind == TrialOutcome::Kind::kFinished && IsOver() &&
        plan_.evaluation.test) {
      kind = Evaluate(data_.test(), measurement.test);
    }
    if (kind == TrialOutcome::Kind::kFinished) {
      last_measurement_ = measurement;
      observer_.OnMeasurement(measurement);
    }
    return kind;
  }

  TrialOutcome::Kind Evaluate(const ImageSet& part,
                              std::optional<Score>& score) {
    const std::optional<Tally> tally =
        ClassifyPart(state_.network(), data_, part, kernels_,
                     {inputs_.data(), labels_.data()},
                     [this] { return observer_.ShouldStop(); });
    if (!tally.has_value()) return TrialOutcome::Kind::kStopped;
    score = MakeScore(*tally, part.size(), plan_.lambda,
                      state_.network().SquaredWeights());
    return std::isfinite(score->cost) ? TrialOutcome::Kind::kFinished
                                      : TrialOutcome::Kind::kDiverged;
  }

  const TrialPlan& plan_;
  const PreparedData& data_;
  const Kernels<float>& kernels_;
  Observer& observer_;
  const DataSizes sizes_;
  const int64_t updates_per_epoch_;
  const Index max_rows_;
  TrialState<float> state_;
  std::optional<EarlyStopping> early_stopping_;
  std::optional<AugmentedBatches> augmented_;
  AlignedArray<float> inputs_;   // (max_rows x features)
  std::vector<uint8_t> labels_;  // max_rows
  std::optional<Measurement> last_measurement_;
};

}  // namespace

absl::StatusOr<TrialOutcome> Train(const TrialPlan& plan,
                                   const PreparedData& data,
                                   const KernelSet& kernels, Observer& observer,
                                   const Snapshot* resume) {
  ETALON_RETURN_IF_ERROR(Validate(plan, data.sizes()));
  try {
    TrialRun run(plan, data, kernels.float32, observer);
    if (resume != nullptr) ETALON_RETURN_IF_ERROR(run.Resume(*resume));
    return run.Run();
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError(
        "not enough memory for the trial's network and batches");
  }
}

void TrainGroup(
    const std::vector<GroupMember>& members, const PreparedData& data,
    const KernelSet& kernels,
    absl::FunctionRef<void(size_t, absl::StatusOr<TrialOutcome>)> on_end) {
  for (size_t i = 0; i < members.size(); ++i) {
    const GroupMember& member = members[i];
    on_end(i,
           Train(*member.plan, data, kernels, *member.observer, member.resume));
  }
}

}  // namespace etalon::train
