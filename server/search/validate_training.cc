#include "server/search/validate_training.h"

#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/status_macros.h"
#include "server/search/field_error.h"
#include "server/search/known_datasets.h"
#include "server/search/validate_dataset.h"
#include "server/search/validate_schedule.h"

namespace etalon {
namespace {

// Sides of images whose size the coordinator cannot know; their worker knows.
constexpr int kMaxSide = 1 << 15;

absl::Status UnknownValue(const std::string& path, int value) {
  return InvalidField(path, absl::StrCat(value, " is no value of this field"));
}

absl::Status ValidateNetwork(const StageTraining& stage) {
  const v1::Network& network = stage.resolved().network();
  const std::string hidden = stage.Path("network.hidden");
  if (network.hidden().values_size() > kMaxHiddenLayers) {
    return PastLimit(hidden,
                     absl::StrCat(network.hidden().values_size(), " layers"),
                     absl::StrCat(kMaxHiddenLayers));
  }
  for (int i = 0; i < network.hidden().values_size(); ++i) {
    ETALON_RETURN_IF_ERROR(
        CheckCount(stage.Path(absl::StrCat("network.hidden[", i, "]")),
                   network.hidden().values(i), 1, kMaxHiddenUnits));
  }
  ETALON_RETURN_IF_ERROR(
      CheckShare(stage.Path("network.dropout"), network.dropout()));
  if (network.initialization().scheme_case() ==
      v1::Initialization::kDeviation) {
    ETALON_RETURN_IF_ERROR(
        CheckPositive(stage.Path("network.initialization.deviation"),
                      network.initialization().deviation()));
  }
  if (network.batch_norm() && stage.resolved().batch_size() == 1) {
    return InvalidField(stage.Path("batch_size"),
                        "1; use 2 or more with batch_norm, which needs a "
                        "variance");
  }
  if (!v1::Activation_IsValid(network.activation())) {
    return UnknownValue(stage.Path("network.activation"), network.activation());
  }
  return absl::OkStatus();
}

absl::Status ValidateOptimizer(const StageTraining& stage) {
  const v1::Optimizer& optimizer = stage.resolved().optimizer();
  if (optimizer.has_sgd()) {
    return CheckShare(stage.Path("optimizer.sgd.momentum"),
                      optimizer.sgd().momentum());
  }
  const v1::Optimizer::Adam& adam = optimizer.adam();
  ETALON_RETURN_IF_ERROR(
      CheckShare(stage.Path("optimizer.adam.beta1"), adam.beta1()));
  ETALON_RETURN_IF_ERROR(
      CheckShare(stage.Path("optimizer.adam.beta2"), adam.beta2()));
  return CheckPositive(stage.Path("optimizer.adam.epsilon"), adam.epsilon());
}

absl::Status ValidateLambda(const StageTraining& stage) {
  const double lambda = stage.resolved().lambda();
  if (std::isfinite(lambda) && lambda >= 0) return absl::OkStatus();
  return InvalidField(
      stage.Path("lambda"),
      absl::StrCat(FormatNumber(lambda), "; use a finite number, 0 or more"));
}

// Shifting an image by its side leaves nothing of it.
absl::Status ValidateAugmentation(const StageTraining& stage) {
  const KnownDataset* dataset = FindDataset(stage.resolved().dataset().name());
  const bool known = dataset != nullptr && dataset->side > 0;
  return CheckCount(stage.Path("augmentation.shift"),
                    stage.resolved().augmentation().shift(), 0,
                    (known ? dataset->side : kMaxSide) - 1);
}

absl::Status ValidateRest(const StageTraining& stage) {
  const v1::Training& training = stage.resolved();
  ETALON_RETURN_IF_ERROR(ValidateAugmentation(stage));
  if (training.has_early_stopping()) {
    ETALON_RETURN_IF_ERROR(CheckCount(stage.Path("early_stopping.patience"),
                                      training.early_stopping().patience(), 1,
                                      kMaxEvaluations));
  }
  if (!v1::Precision_IsValid(training.precision())) {
    return UnknownValue(stage.Path("precision"), training.precision());
  }
  if (!v1::KeepModel_IsValid(training.keep_model())) {
    return UnknownValue(stage.Path("keep_model"), training.keep_model());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateTraining(const StageTraining& stage) {
  ETALON_RETURN_IF_ERROR(ValidateDataset(stage));
  ETALON_RETURN_IF_ERROR(ValidateNetwork(stage));
  ETALON_RETURN_IF_ERROR(ValidateOptimizer(stage));
  ETALON_RETURN_IF_ERROR(ValidateLambda(stage));
  ETALON_RETURN_IF_ERROR(ValidateSchedule(stage));
  return ValidateRest(stage);
}

}  // namespace etalon
