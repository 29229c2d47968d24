#include "worker/plan_codec.h"

#include <cmath>
#include <optional>
#include <string>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/status_macros.h"
#include "worker/decode_network.h"
#include "worker/decode_schedule.h"

namespace etalon {
namespace {

absl::Status Missing(absl::string_view field) {
  return absl::InvalidArgumentError(absl::StrCat(field, " is not set"));
}

train::EvaluationPlan DecodeEvaluation(const v1::Evaluation& evaluation,
                                       bool test) {
  train::EvaluationPlan plan;
  if (evaluation.has_per_cycle()) {
    plan.period = train::EvaluationPlan::Period::kCycle;
    plan.count = evaluation.per_cycle();
  } else if (evaluation.has_per_epoch()) {
    plan.count = evaluation.per_epoch();
  }
  plan.training = evaluation.training();
  plan.test = test;
  return plan;
}

absl::StatusOr<train::Precision> DecodePrecision(v1::Precision precision) {
  switch (precision) {
    case v1::PRECISION_UNSPECIFIED:
    case v1::FLOAT32:
      return train::Precision::kFloat32;
    case v1::BFLOAT16:
      return train::Precision::kBfloat16;
    default:  // of a newer coordinator
      return absl::UnimplementedError(
          absl::StrCat("training.precision is ", static_cast<int>(precision),
                       ", which this worker does not know"));
  }
}

// `plan` must be valid.
absl::Status RefuseTooManyMeasurements(const train::TrialPlan& plan,
                                       int64_t updates_per_epoch) {
  int64_t period = updates_per_epoch;
  int64_t updates = plan.updates;
  if (plan.evaluation.period == train::EvaluationPlan::Period::kCycle) {
    period = std::get<train::CyclicalRate>(plan.schedule.form).CycleLength();
    updates -= plan.schedule.warmup;
  }
  const int64_t periods = (updates + period - 1) / period;
  if (periods <= kMaxMeasurements / plan.evaluation.count) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("training.evaluation asks for ", plan.evaluation.count,
                   " measurements in each of ", periods,
                   " periods; a trial may have ", kMaxMeasurements, " in all"));
}

std::optional<v1::PartMeasurement> EncodeScore(
    const std::optional<train::Score>& score) {
  if (!score.has_value() || !std::isfinite(score->loss) ||
      !std::isfinite(score->cost) || !std::isfinite(score->accuracy)) {
    return std::nullopt;
  }
  v1::PartMeasurement part;
  part.set_loss(score->loss);
  part.set_cost(score->cost);
  part.set_accuracy(score->accuracy);
  return part;
}

}  // namespace

absl::StatusOr<train::TrialPlan> DecodePlan(const v1::Trial& trial,
                                            const train::DataSizes& sizes) {
  const v1::Training& training = trial.training();
  if (!trial.has_seeds()) return Missing("seeds");
  ETALON_ASSIGN_OR_RETURN(const train::NetworkSpec network,
                          DecodeNetwork(training.network()));
  ETALON_ASSIGN_OR_RETURN(const train::OptimizerSpec optimizer,
                          DecodeOptimizer(training.optimizer()));
  if (!training.has_batch_size()) return Missing("training.batch_size");
  if (training.batch_size() < 1 || training.batch_size() > sizes.train) {
    return absl::InvalidArgumentError(absl::StrCat(
        "training.batch_size is ", training.batch_size(),
        "; it must be from 1 to the training images, ", sizes.train));
  }
  train::TrialPlan plan;
  plan.batch_size = training.batch_size();
  const int64_t updates_per_epoch = train::UpdatesPerEpoch(plan, sizes.train);
  ETALON_ASSIGN_OR_RETURN(DecodedSchedule schedule,
                          DecodeSchedule(training, updates_per_epoch));
  plan.schedule = schedule.schedule;
  plan.updates = schedule.updates;
  plan.until_update = trial.until_update();
  plan.network = network;
  plan.optimizer = optimizer;
  plan.lambda = training.lambda();
  ETALON_ASSIGN_OR_RETURN(plan.precision,
                          DecodePrecision(training.precision()));
  plan.evaluation =
      DecodeEvaluation(training.evaluation(), trial.evaluate_test());
  if (training.has_early_stopping()) {
    plan.early_stopping =
        train::EarlyStoppingPlan{training.early_stopping().patience()};
  }
  plan.augmentation = {.mirror = training.augmentation().mirror(),
                       .shift = training.augmentation().shift()};
  plan.seeds.initialization = trial.seeds().initialization();
  plan.seeds.minibatches = trial.seeds().minibatches();
  ETALON_RETURN_IF_ERROR(train::Validate(plan, sizes));
  ETALON_RETURN_IF_ERROR(RefuseTooManyMeasurements(plan, updates_per_epoch));
  return plan;
}

v1::Measurement EncodeMeasurement(const train::Measurement& measurement) {
  v1::Measurement encoded;
  encoded.set_update(measurement.update);
  encoded.set_epoch(measurement.epoch);
  encoded.set_learning_rate(measurement.learning_rate);
  encoded.set_weights_update(measurement.weights_update);
  if (const auto part = EncodeScore(measurement.training)) {
    *encoded.mutable_train() = *part;
  }
  if (const auto part = EncodeScore(measurement.validation)) {
    *encoded.mutable_validation() = *part;
  }
  if (const auto part = EncodeScore(measurement.test)) {
    *encoded.mutable_test() = *part;
  }
  return encoded;
}

}  // namespace etalon
