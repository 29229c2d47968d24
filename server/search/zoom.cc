#include "server/search/zoom.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/status_macros.h"
#include "server/search/field_error.h"
#include "server/search/stage_size.h"

namespace etalon {

absl::Status ValidateZoom(const v1::SearchSpec& spec, int stage) {
  const v1::StageSpec& stage_spec = spec.stages(stage);
  const v1::Zoom& zoom = stage_spec.zoom();
  const std::string path = absl::StrCat("stages[", stage, "].zoom");
  if (!stage_spec.has_sample()) {
    return InvalidField(
        path, "a stage that takes configurations draws none; leave it out");
  }
  ETALON_RETURN_IF_ERROR(
      CheckCount(absl::StrCat(path, ".rounds"), zoom.rounds(), 2, kMaxStages));
  const int64_t configurations = PlannedConfigurations(spec, stage);
  if (zoom.top() >= 1 && zoom.top() <= configurations) return absl::OkStatus();
  return InvalidField(
      absl::StrCat(path, ".top"),
      absl::StrCat(zoom.top(), "; a round has ", configurations,
                   " configurations, use 1 to ", configurations));
}

std::vector<v1::StageSpec> ZoomRounds(const v1::StageSpec& stage) {
  std::vector<v1::StageSpec> rounds;
  for (int round = 1; round <= stage.zoom().rounds(); ++round) {
    const std::string previous = rounds.empty() ? "" : rounds.back().name();
    v1::StageSpec& added = rounds.emplace_back(stage);
    added.clear_zoom();
    if (round < stage.zoom().rounds()) {
      added.set_name(absl::StrCat(stage.name(), "-", round));
      added.clear_evaluate_test();
    }
    if (round > 1) {
      v1::Refine& refine = *added.mutable_refine();
      refine.set_from(previous);
      refine.set_top(stage.zoom().top());
      refine.set_extend(stage.zoom().extend());
    }
  }
  return rounds;
}

}  // namespace etalon
