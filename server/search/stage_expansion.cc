#include "server/search/stage_expansion.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/status_macros.h"
#include "server/search/field_error.h"
#include "server/search/hyperband.h"
#include "server/search/zoom.h"

namespace etalon {
namespace {

// What stage `stage` stands for: itself, most often.
std::vector<v1::StageSpec> StandsFor(const v1::SearchSpec& spec, int stage) {
  if (spec.stages(stage).has_zoom()) return ZoomRounds(spec.stages(stage));
  if (spec.stages(stage).stopping().has_hyperband()) {
    return HyperbandBrackets(spec, stage);
  }
  return {spec.stages(stage)};
}

}  // namespace

absl::Status ValidateExpansion(const v1::SearchSpec& spec) {
  int64_t stages = 0;
  for (int stage = 0; stage < spec.stages_size(); ++stage) {
    const v1::StageSpec& stage_spec = spec.stages(stage);
    ETALON_RETURN_IF_ERROR(ValidateHyperband(spec, stage));
    std::string field;
    if (stage_spec.has_zoom()) {
      ETALON_RETURN_IF_ERROR(ValidateZoom(spec, stage));
      field = ".zoom.rounds";
    } else if (stage_spec.stopping().has_hyperband()) {
      field = ".stopping.hyperband";
    }
    stages += static_cast<int64_t>(StandsFor(spec, stage).size());
    if (stages > kMaxStages) {
      return PastLimit(absl::StrCat("stages[", stage, "]", field),
                       absl::StrCat(stages, " stages up to this one"),
                       absl::StrCat(kMaxStages));
    }
  }
  return absl::OkStatus();
}

v1::SearchSpec ExpandStages(const v1::SearchSpec& spec) {
  v1::SearchSpec expanded = spec;
  expanded.clear_stages();
  for (int stage = 0; stage < spec.stages_size(); ++stage) {
    for (v1::StageSpec& added : StandsFor(spec, stage)) {
      *expanded.add_stages() = std::move(added);
    }
  }
  return expanded;
}

int GivenStage(const v1::SearchSpec& spec, int expanded) {
  int stage = 0;
  while (true) {
    const int count = static_cast<int>(StandsFor(spec, stage).size());
    if (expanded < count) return stage;
    expanded -= count;
    ++stage;
  }
}

}  // namespace etalon
