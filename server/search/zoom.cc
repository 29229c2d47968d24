#include "server/search/zoom.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/status_macros.h"
#include "server/search/field_error.h"
#include "server/search/stage_size.h"

namespace etalon {
namespace {

int Rounds(const v1::StageSpec& stage) {
  return stage.has_zoom() ? stage.zoom().rounds() : 1;
}

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

}  // namespace

absl::Status ValidateZooms(const v1::SearchSpec& spec) {
  int stages = 0;
  for (int stage = 0; stage < spec.stages_size(); ++stage) {
    if (spec.stages(stage).has_zoom()) {
      ETALON_RETURN_IF_ERROR(ValidateZoom(spec, stage));
    }
    stages += Rounds(spec.stages(stage));
    if (stages > kMaxStages) {
      return PastLimit(absl::StrCat("stages[", stage, "].zoom.rounds"),
                       absl::StrCat(stages, " stages up to this one"),
                       absl::StrCat(kMaxStages));
    }
  }
  return absl::OkStatus();
}

v1::SearchSpec ExpandZooms(const v1::SearchSpec& spec) {
  v1::SearchSpec expanded = spec;
  expanded.clear_stages();
  for (const v1::StageSpec& stage : spec.stages()) {
    const int rounds = Rounds(stage);
    std::string previous;
    for (int round = 1; round <= rounds; ++round) {
      v1::StageSpec& added = *expanded.add_stages();
      added = stage;
      added.clear_zoom();
      if (round < rounds) {
        added.set_name(absl::StrCat(stage.name(), "-", round));
        added.clear_evaluate_test();
      }
      if (round > 1) {
        v1::Refine& refine = *added.mutable_refine();
        refine.set_from(previous);
        refine.set_top(stage.zoom().top());
        refine.set_extend(stage.zoom().extend());
      }
      previous = added.name();
    }
  }
  return expanded;
}

int ZoomedStage(const v1::SearchSpec& spec, int expanded) {
  int stage = 0;
  while (expanded >= Rounds(spec.stages(stage))) {
    expanded -= Rounds(spec.stages(stage));
    ++stage;
  }
  return stage;
}

}  // namespace etalon
