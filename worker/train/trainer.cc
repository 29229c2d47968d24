#include "worker/train/trainer.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <numeric>
#include <vector>

#include "absl/status/status.h"
#include "common/status_macros.h"
#include "worker/train/aligned_array.h"
#include "worker/train/evaluation.h"
#include "worker/train/minibatches.h"
#include "worker/train/trial_state.h"

namespace etalon::train {
namespace {

// Rows an evaluation takes at a time: enough for the products to run at full
// speed, few enough for the gathered rows to stay near the level-2 cache.
constexpr Index kEvaluationRows = 128;

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
        minibatches_(plan.seeds.minibatches, sizes_.train, plan.batch_size),
        inputs_(max_rows_ * sizes_.features),
        labels_(max_rows_) {}

  TrialOutcome Run() {
    while (state_.update() < plan_.updates) {
      if (observer_.ShouldStop()) return End(TrialOutcome::Kind::kStopped);
      const Batch<float> batch =
          Gather(data_.train(), minibatches_.Next(), plan_.batch_size);
      if (!state_.Step(batch)) return End(TrialOutcome::Kind::kDiverged);
      if (EvaluationDue(plan_, updates_per_epoch_, state_.update())) {
        const TrialOutcome::Kind kind = Measure();
        if (kind != TrialOutcome::Kind::kFinished) return End(kind);
      }
    }
    return End(TrialOutcome::Kind::kFinished);
  }

 private:
  TrialOutcome End(TrialOutcome::Kind kind) const {
    return {kind, state_.update(), last_measurement_};
  }

  Batch<float> Gather(const ImageSet& part, const uint32_t* rows, Index count) {
    data_.Gather(kernels_, part, rows, count, inputs_.data(), labels_.data());
    return {count, inputs_.data(), labels_.data()};
  }

  // Evaluates what is due and hands it to the observer. kFinished when it could
  // be; otherwise nothing was handed over.
  TrialOutcome::Kind Measure() {
    const bool last = state_.update() == plan_.updates;
    Measurement measurement;
    measurement.update = state_.update();
    measurement.epoch = static_cast<double>(state_.update()) /
                        static_cast<double>(updates_per_epoch_);
    measurement.learning_rate = state_.learning_rate();
    const double squared_weights = state_.network().SquaredWeights();

    const auto evaluate = [&](const ImageSet& part,
                              std::optional<Score>& score) {
      const std::optional<Tally> tally = Evaluate(part);
      if (!tally.has_value()) return TrialOutcome::Kind::kStopped;
      score = MakeScore(*tally, part.size(), plan_.lambda, squared_weights);
      return std::isfinite(score->cost) ? TrialOutcome::Kind::kFinished
                                        : TrialOutcome::Kind::kDiverged;
    };
    TrialOutcome::Kind kind =
        evaluate(data_.validation(), measurement.validation);
    if (kind == TrialOutcome::Kind::kFinished &&
        (last || plan_.evaluation.training)) {
      kind = evaluate(data_.train(), measurement.training);
    }
    if (kind == TrialOutcome::Kind::kFinished && last &&
        plan_.evaluation.test) {
      kind = evaluate(data_.test(), measurement.test);
    }
    if (kind == TrialOutcome::Kind::kFinished) {
      last_measurement_ = measurement;
      observer_.OnMeasurement(measurement);
    }
    return kind;
  }

  // Empty when the observer asked to stop meanwhile.
  std::optional<Tally> Evaluate(const ImageSet& part) {
    Tally total;
    std::vector<uint32_t> rows(kEvaluationRows);
    for (int64_t first = 0; first < part.size(); first += kEvaluationRows) {
      if (observer_.ShouldStop()) return std::nullopt;
      std::iota(rows.begin(), rows.end(), static_cast<uint32_t>(first));
      const Index count =
          std::min<int64_t>(kEvaluationRows, part.size() - first);
      const Tally tally =
          state_.network().Evaluate(Gather(part, rows.data(), count));
      total.loss_sum += tally.loss_sum;
      total.correct += tally.correct;
    }
    return total;
  }

  const TrialPlan& plan_;
  const PreparedData& data_;
  const Kernels<float>& kernels_;
  Observer& observer_;
  const DataSizes sizes_;
  const int64_t updates_per_epoch_;
  const Index max_rows_;
  TrialState<float> state_;
  Minibatches minibatches_;
  AlignedArray<float> inputs_;   // (max_rows x features)
  std::vector<uint8_t> labels_;  // max_rows
  std::optional<Measurement> last_measurement_;
};

}  // namespace

absl::StatusOr<TrialOutcome> Train(const TrialPlan& plan,
                                   const PreparedData& data,
                                   const Kernels<float>& kernels,
                                   Observer& observer) {
  ETALON_RETURN_IF_ERROR(Validate(plan, data.sizes()));
  try {
    return TrialRun(plan, data, kernels, observer).Run();
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError(
        "not enough memory for the trial's network and batches");
  }
}

}  // namespace etalon::train
