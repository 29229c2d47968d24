#include "server/search/validate_race.h"

#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/status_macros.h"
#include "server/search/field_error.h"
#include "server/search/racing.h"
#include "server/search/sample.h"
#include "server/search/stage_lookup.h"
#include "server/search/stage_size.h"

namespace etalon {

absl::Status ValidateRace(const std::string& path, const v1::Race& race) {
  const RaceRules rules = RulesOf(race);
  ETALON_RETURN_IF_ERROR(
      CheckCount(absl::StrCat(path, ".start"), rules.start, 1, kMaxReplicates));
  const std::string max_path = absl::StrCat(path, ".max");
  ETALON_RETURN_IF_ERROR(CheckCount(max_path, rules.max, 2, kMaxReplicates));
  if (rules.max < rules.start) {
    return InvalidField(
        max_path, absl::StrCat(rules.max, " is below start, which is ",
                               rules.start, "; use ", rules.start, " or more"));
  }
  if (rules.confidence > 0 && rules.confidence < 1) return absl::OkStatus();
  return InvalidField(absl::StrCat(path, ".confidence"),
                      absl::StrCat(FormatNumber(rules.confidence),
                                   " is no confidence; use a number between 0 "
                                   "and 1, such as 0.95"));
}

absl::Status ValidateStageRace(const v1::SearchSpec& spec, int stage,
                               const std::string& path) {
  if (RaceOf(spec, stage) == nullptr) return absl::OkStatus();
  const v1::StageSpec& stage_spec = spec.stages(stage);
  const std::string where =
      stage_spec.has_race() ? absl::StrCat(path, ".race") : path;
  constexpr char kGiveNumber[] = "give the stage a number of replicates";
  if (stage_spec.has_sample() && IsAdaptive(stage_spec.sample())) {
    return InvalidField(
        where, absl::StrCat("a race needs all configurations at its start, and "
                            "this sample chooses them by results; ",
                            kGiveNumber));
  }
  const int64_t configurations = PlannedConfigurations(spec, stage);
  if (configurations > kMaxRaceConfigurations) {
    return PastLimit(
        where, absl::StrCat("a race of ", configurations, " configurations"),
        absl::StrCat(kMaxRaceConfigurations));
  }
  if (configurations >= 2) return absl::OkStatus();
  return InvalidField(
      where,
      absl::StrCat("a race of ", configurations,
                   configurations == 1 ? " configuration" : " configurations",
                   " has nothing to decide; ", kGiveNumber));
}

}  // namespace etalon
