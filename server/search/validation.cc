#include "server/search/validation.h"

#include <cstdint>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "common/limits.h"
#include "common/resource_names.h"
#include "common/status_macros.h"
#include "server/search/field_error.h"
#include "server/search/stage_expansion.h"
#include "server/search/validate_parameters.h"
#include "server/search/validate_race.h"
#include "server/search/validate_searched_values.h"
#include "server/search/validate_stages.h"
#include "server/search/validate_stopping.h"
#include "server/search/validate_training.h"

namespace etalon {
namespace {

constexpr char kStagePath[] = "stages[";

absl::Status ValidateScalars(const v1::SearchSpec& spec) {
  ETALON_RETURN_IF_ERROR(ValidateId("name", spec.name()));
  if (spec.seed() >= uint64_t{1} << 63) {
    return InvalidField("seed", absl::StrCat(spec.seed(),
                                             " is too large; use less than "
                                             "2^63"));
  }
  if (spec.has_replicates()) {
    ETALON_RETURN_IF_ERROR(
        CheckCount("replicates", spec.replicates(), 1, kMaxReplicates));
  }
  if (spec.has_race()) {
    if (spec.has_replicates()) {
      return InvalidField("race", "stands beside replicates; give one of them");
    }
    ETALON_RETURN_IF_ERROR(ValidateRace("race", spec.race()));
  }
  if (spec.has_max_attempts()) {
    ETALON_RETURN_IF_ERROR(
        CheckCount("max_attempts", spec.max_attempts(), 1, kMaxAttempts));
  }
  if (spec.has_max_parallel()) {
    ETALON_RETURN_IF_ERROR(
        CheckCount("max_parallel", spec.max_parallel(), 1, kMaxParallel));
  }
  return absl::OkStatus();
}

// `status` of a stage of the expanded spec, in terms of the one that was given.
absl::Status InGivenStage(const v1::SearchSpec& given,
                          const absl::Status& status) {
  absl::string_view rest = status.message();
  int stage = 0;
  if (!absl::ConsumePrefix(&rest, kStagePath) ||
      !absl::SimpleAtoi(rest.substr(0, rest.find(']')), &stage)) {
    return status;
  }
  return absl::Status(status.code(),
                      absl::StrCat(kStagePath, GivenStage(given, stage),
                                   rest.substr(rest.find(']'))));
}

// Of a spec whose stages stand for themselves.
absl::Status ValidateExpanded(const v1::SearchSpec& spec) {
  ETALON_RETURN_IF_ERROR(ValidateStages(spec));
  // Whether a training is whole depends on what the parameters set in it.
  for (int stage = 0; stage < spec.stages_size(); ++stage) {
    ETALON_RETURN_IF_ERROR(CheckSearchedValues(
        spec, stage, [&](const StageTraining& training) -> absl::Status {
          ETALON_RETURN_IF_ERROR(ValidateTraining(training));
          return ValidateRungs(spec, stage, training);
        }));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateSpec(const v1::SearchSpec& spec) {
  ETALON_RETURN_IF_ERROR(ValidateScalars(spec));
  if (spec.stages_size() > kMaxStages) {
    return PastLimit("stages", absl::StrCat(spec.stages_size(), " stages"),
                     absl::StrCat(kMaxStages));
  }
  ETALON_RETURN_IF_ERROR(ValidateParameters(spec));
  ETALON_RETURN_IF_ERROR(ValidateExpansion(spec));
  return InGivenStage(spec, ValidateExpanded(ExpandStages(spec)));
}

}  // namespace etalon
