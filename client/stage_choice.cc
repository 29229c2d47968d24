#include "client/stage_choice.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/names.h"
#include "common/suggest.h"

namespace etalon {

std::string BestStage(const v1::Search& search) {
  for (int i = search.stages_size() - 1; i >= 0; --i) {
    const v1::Stage& stage = search.stages(i);
    if (stage.counts().succeeded() > 0) return LastPart(stage.name());
  }
  return "";
}

absl::Status CheckStage(const v1::Search& search, const std::string& stage) {
  std::vector<std::string> stages;
  for (const v1::Stage& one : search.stages()) {
    stages.push_back(LastPart(one.name()));
  }
  if (std::find(stages.begin(), stages.end(), stage) != stages.end()) {
    return absl::OkStatus();
  }
  stages.push_back(kAllStages);
  return absl::NotFoundError(absl::StrCat(
      search.name(), " has no stage '", stage, "'; ", Suggest(stage, stages)));
}

}  // namespace etalon
