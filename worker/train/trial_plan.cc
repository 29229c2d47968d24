#include "worker/train/trial_plan.h"

#include <algorithm>
#include <cmath>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "worker/train/evaluation.h"

namespace etalon::train {
namespace {

constexpr int64_t kMaxUpdates = int64_t{1} << 40;
constexpr int64_t kMaxEvaluationsPerPeriod = 1'000'000;
constexpr size_t kMaxHiddenLayers = 100;

absl::Status Invalid(absl::string_view field, absl::AlphaNum value,
                     absl::string_view rule) {
  return absl::InvalidArgumentError(
      absl::StrCat(field, " is ", value, "; it must be ", rule));
}

absl::Status ValidateShare(absl::string_view field, double value) {
  if (value >= 0 && value < 1) return absl::OkStatus();
  return Invalid(field, value, "in [0, 1)");
}

absl::Status ValidateNetwork(const TrialPlan& plan, const DataSizes& sizes) {
  if (plan.network.hidden.size() > kMaxHiddenLayers) {
    return Invalid("hidden",
                   absl::StrCat(plan.network.hidden.size(), " layers"),
                   absl::StrCat("at most ", kMaxHiddenLayers));
  }
  int64_t weights = 0;
  int64_t inputs = sizes.features;
  for (size_t l = 0; l <= plan.network.hidden.size(); ++l) {
    const bool is_hidden = l < plan.network.hidden.size();
    const int64_t units = is_hidden ? plan.network.hidden[l] : sizes.classes;
    // Dividing first keeps the product from overflowing.
    if (units < 1 || units > (kMaxWeights - weights) / inputs) {
      return is_hidden
                 ? Invalid(absl::StrCat("hidden[", l, "]"), units,
                           absl::StrCat("at least 1, and all weights together "
                                        "at most ",
                                        kMaxWeights))
                 : Invalid("hidden", absl::StrCat("[..., ", inputs, "]"),
                           absl::StrCat("smaller: more than ", kMaxWeights,
                                        " weights in all"));
    }
    weights += units * inputs;
    inputs = units;
  }
  const auto* normal = std::get_if<NormalInit>(&plan.network.init);
  if (normal != nullptr &&
      !(std::isfinite(normal->deviation) && normal->deviation >= 0)) {
    return Invalid("init.normal", normal->deviation, "finite and not negative");
  }
  return ValidateShare("dropout", plan.network.dropout);
}

absl::Status ValidateOptimizer(const OptimizerSpec& optimizer) {
  if (const auto* sgd = std::get_if<SgdSpec>(&optimizer)) {
    return ValidateShare("sgd.momentum", sgd->momentum);
  }
  const auto& adam = std::get<AdamSpec>(optimizer);
  ETALON_RETURN_IF_ERROR(ValidateShare("adam.beta1", adam.beta1));
  ETALON_RETURN_IF_ERROR(ValidateShare("adam.beta2", adam.beta2));
  if (!(std::isfinite(adam.epsilon) && adam.epsilon > 0)) {
    return Invalid("adam.epsilon", adam.epsilon, "positive and finite");
  }
  return absl::OkStatus();
}

absl::Status ValidateData(const TrialPlan& plan, const DataSizes& sizes) {
  if (sizes.train < 1) return Invalid("train", sizes.train, "at least 1 image");
  if (sizes.validation < 1) {
    return Invalid("validation", sizes.validation, "at least 1 image");
  }
  if (plan.evaluation.test && sizes.test < 1) {
    return Invalid("test", sizes.test, "at least 1 image to be evaluated");
  }
  return absl::OkStatus();
}

absl::Status ValidateEvaluation(const TrialPlan& plan, const DataSizes& sizes) {
  const EvaluationPlan& evaluation = plan.evaluation;
  int64_t period = UpdatesPerEpoch(plan, sizes.train);
  absl::string_view field = "evaluate.per_epoch";
  if (evaluation.period == EvaluationPlan::Period::kCycle) {
    field = "evaluate.per_cycle";
    const auto* cyclical = std::get_if<CyclicalRate>(&plan.schedule.form);
    if (cyclical == nullptr) {
      return Invalid(field, evaluation.count,
                     "left out: the schedule is not cyclical");
    }
    period = cyclical->CycleLength();
  }
  if (evaluation.count < 1 || evaluation.count > period ||
      evaluation.count > kMaxEvaluationsPerPeriod) {
    return Invalid(field, evaluation.count,
                   absl::StrCat("from 1 to the period's updates, ", period,
                                ", and at most ", kMaxEvaluationsPerPeriod));
  }
  return absl::OkStatus();
}

absl::Status ValidateAugmentation(const AugmentationPlan& augmentation,
                                  const ImageShape& shape) {
  if (!augmentation.ChangesImages()) return absl::OkStatus();
  const int64_t side = std::min(shape.height, shape.width);
  if (side == 0) {
    return Invalid("augmentation", "asked for",
                   "left out: the data are no images");
  }
  if (augmentation.shift < 0 || augmentation.shift >= side) {
    return Invalid("augmentation.shift", augmentation.shift,
                   absl::StrCat("from 0 to less than the images' side, ", side,
                                " pixels"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Validate(const TrialPlan& plan, const DataSizes& sizes) {
  ETALON_RETURN_IF_ERROR(ValidateData(plan, sizes));
  ETALON_RETURN_IF_ERROR(ValidateNetwork(plan, sizes));
  ETALON_RETURN_IF_ERROR(ValidateOptimizer(plan.optimizer));
  if (!(std::isfinite(plan.lambda) && plan.lambda >= 0)) {
    return Invalid("lambda", plan.lambda, "finite and not negative");
  }
  ETALON_RETURN_IF_ERROR(ValidateSchedule(plan.schedule));
  if (plan.batch_size < 1 || plan.batch_size > sizes.train) {
    return Invalid(
        "batch_size", plan.batch_size,
        absl::StrCat("from 1 to the training images, ", sizes.train));
  }
  if (plan.network.batch_norm && plan.batch_size == 1) {
    return Invalid("batch_size", plan.batch_size,
                   "2 or more with batch_norm, which needs a variance");
  }
  if (plan.early_stopping.has_value() && plan.early_stopping->patience < 1) {
    return Invalid("early_stopping.patience", plan.early_stopping->patience,
                   "1 or more");
  }
  if (plan.updates < 1 || plan.updates > kMaxUpdates) {
    return Invalid("updates", plan.updates,
                   absl::StrCat("from 1 to ", kMaxUpdates));
  }
  if (plan.schedule.warmup >= plan.updates) {
    return Invalid(
        "schedule.warmup", plan.schedule.warmup,
        absl::StrCat("less than the trial's ", plan.updates, " updates"));
  }
  ETALON_RETURN_IF_ERROR(ValidateAugmentation(plan.augmentation, sizes.shape));
  ETALON_RETURN_IF_ERROR(ValidateEvaluation(plan, sizes));
  if (plan.until_update == 0) return absl::OkStatus();
  if (plan.until_update > 0 && plan.until_update < plan.updates &&
      EvaluationDue(plan, UpdatesPerEpoch(plan, sizes.train),
                    plan.until_update)) {
    return absl::OkStatus();
  }
  return Invalid("until_update", plan.until_update,
                 absl::StrCat("0, or an update before the last, ", plan.updates,
                              ", after which the trial is measured"));
}

}  // namespace etalon::train
