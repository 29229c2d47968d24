#include "server/search/validate_stages.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/resource_names.h"
#include "common/status_macros.h"
#include "server/search/field_error.h"
#include "server/search/hyperband.h"
#include "server/search/nearest_name.h"
#include "server/search/space.h"
#include "server/search/stage_lookup.h"
#include "server/search/stage_plan.h"
#include "server/search/stage_size.h"
#include "server/search/validate_budget.h"
#include "server/search/validate_race.h"
#include "server/search/validate_sample.h"
#include "server/search/validate_stopping.h"

namespace etalon {
namespace {

// What the command line calls all stages together.
constexpr char kAllStages[] = "all";

// The earlier stage that `from` names, which `top` configurations of are used.
absl::Status ValidateReference(const v1::SearchSpec& spec, int stage,
                               const std::string& path, const std::string& from,
                               int top) {
  const std::string from_path = absl::StrCat(path, ".from");
  const std::optional<int> found = FindStage(spec, from);
  if (!found.has_value() || *found >= stage) {
    std::vector<std::string> earlier;
    for (int i = 0; i < stage; ++i) earlier.push_back(spec.stages(i).name());
    return InvalidField(
        from_path,
        absl::StrCat(
            Quote(from), " is no earlier stage; ",
            earlier.empty()
                ? "the first stage has none to build on"
                : absl::StrCat("did you mean ",
                               Quote(NearestName(from, earlier)), "?")));
  }
  const std::string top_path = absl::StrCat(path, ".top");
  int64_t configurations = 0;
  for (const int meant : StagesMeant(spec, *found)) {
    configurations =
        SaturatingSum(configurations, PlannedConfigurations(spec, meant));
  }
  if (top >= 1 && top <= configurations) return absl::OkStatus();
  return InvalidField(
      top_path,
      absl::StrCat(top, "; stage ", Quote(from), " has ", configurations,
                   " configurations, use 1 to ", configurations));
}

// Values of the earlier stage must have a place on this one's scales.
absl::Status ValidateSameDomains(const v1::SearchSpec& spec, int stage) {
  const v1::Refine& refine = spec.stages(stage).refine();
  const std::vector<v1::Parameter> declared = DeclaredParameters(spec, stage);
  const std::vector<v1::Parameter> earlier = DeclaredParameters(
      spec, SamplingStage(spec, *FindStage(spec, refine.from())));
  for (size_t i = 0; i < declared.size(); ++i) {
    if (declared[i].domain_case() == earlier[i].domain_case() &&
        ScaleOf(declared[i]) == ScaleOf(earlier[i])) {
      continue;
    }
    return InvalidField(
        absl::StrCat("stages[", stage, "].refine.from"),
        absl::StrCat(Quote(refine.from()), " has ", declared[i].name(),
                     " of another kind or scale than this stage; give both "
                     "the same"));
  }
  return absl::OkStatus();
}

absl::Status ValidateSampling(const v1::SearchSpec& spec, int stage,
                              const std::string& path) {
  const v1::StageSpec& stage_spec = spec.stages(stage);
  ETALON_RETURN_IF_ERROR(ValidateSample(absl::StrCat(path, ".sample"),
                                        stage_spec.sample(),
                                        DeclaredParameters(spec, stage)));
  if (!stage_spec.has_refine()) return absl::OkStatus();
  ETALON_RETURN_IF_ERROR(
      ValidateReference(spec, stage, absl::StrCat(path, ".refine"),
                        stage_spec.refine().from(), stage_spec.refine().top()));
  return ValidateSameDomains(spec, stage);
}

absl::Status ValidateTaking(const v1::SearchSpec& spec, int stage,
                            const std::string& path) {
  const v1::StageSpec& stage_spec = spec.stages(stage);
  if (stage_spec.has_refine()) {
    return InvalidField(absl::StrCat(path, ".refine"),
                        "a stage that takes configurations draws none; leave "
                        "it out");
  }
  if (stage_spec.parameters_size() > 0) {
    return InvalidField(absl::StrCat(path, ".parameters"),
                        "a stage that takes configurations draws none; leave "
                        "it out");
  }
  return ValidateReference(spec, stage, absl::StrCat(path, ".take"),
                           stage_spec.take().from(), stage_spec.take().top());
}

absl::Status ValidateStage(const v1::SearchSpec& spec, int stage,
                           const std::string& path) {
  const v1::StageSpec& stage_spec = spec.stages(stage);
  if (stage_spec.has_replicates()) {
    ETALON_RETURN_IF_ERROR(CheckCount(absl::StrCat(path, ".replicates"),
                                      stage_spec.replicates(), 1,
                                      kMaxReplicates));
  }
  if (stage_spec.has_race()) {
    const std::string race_path = absl::StrCat(path, ".race");
    if (stage_spec.has_replicates()) {
      return InvalidField(race_path,
                          "stands beside replicates; give one of them");
    }
    ETALON_RETURN_IF_ERROR(ValidateRace(race_path, stage_spec.race()));
  }
  ETALON_RETURN_IF_ERROR(ValidateBudget(path, stage_spec));
  ETALON_RETURN_IF_ERROR(
      ValidateStopping(spec, stage, absl::StrCat(path, ".stopping")));
  switch (stage_spec.source_case()) {
    case v1::StageSpec::kSample:
      ETALON_RETURN_IF_ERROR(ValidateSampling(spec, stage, path));
      return ValidateStageRace(spec, stage, path);
    case v1::StageSpec::kTake:
      ETALON_RETURN_IF_ERROR(ValidateTaking(spec, stage, path));
      return ValidateStageRace(spec, stage, path);
    case v1::StageSpec::SOURCE_NOT_SET:
      break;
  }
  return InvalidField(path, "has no configurations; give sample or take");
}

}  // namespace

absl::Status ValidateStages(const v1::SearchSpec& spec) {
  if (spec.stages_size() == 0) {
    return InvalidField("stages", "is empty; give at least one");
  }
  std::set<std::string> names;
  int64_t trials = 0;
  for (int stage = 0; stage < spec.stages_size(); ++stage) {
    const std::string path = absl::StrCat("stages[", stage, "]");
    const std::string& name = spec.stages(stage).name();
    ETALON_RETURN_IF_ERROR(ValidateId(absl::StrCat(path, ".name"), name));
    if (name == kAllStages) {
      return InvalidField(absl::StrCat(path, ".name"),
                          "'all' stands for all stages; use another name");
    }
    if (!names.insert(name).second) {
      return InvalidField(
          absl::StrCat(path, ".name"),
          absl::StrCat(Quote(name), " is there twice; name each stage once"));
    }
    ETALON_RETURN_IF_ERROR(ValidateStage(spec, stage, path));
    trials = SaturatingSum(trials, PlannedTrials(spec, stage));
    if (trials > kMaxTrials) {
      return PastLimit(path,
                       absl::StrCat(trials, " trials up to this stage's end"),
                       absl::StrCat(kMaxTrials));
    }
  }
  return absl::OkStatus();
}

}  // namespace etalon
