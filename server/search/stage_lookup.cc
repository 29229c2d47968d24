#include "server/search/stage_lookup.h"

namespace etalon {

std::optional<int> FindStage(const v1::SearchSpec& spec,
                             absl::string_view name) {
  for (int stage = 0; stage < spec.stages_size(); ++stage) {
    if (spec.stages(stage).name() == name) return stage;
  }
  return std::nullopt;
}

int SamplingStage(const v1::SearchSpec& spec, int stage) {
  // Every step goes to an earlier stage, so this ends.
  while (spec.stages(stage).has_take()) {
    stage = *FindStage(spec, spec.stages(stage).take().from());
  }
  return stage;
}

std::vector<v1::Parameter> DeclaredParameters(const v1::SearchSpec& spec,
                                              int stage) {
  std::vector<v1::Parameter> declared(spec.parameters().begin(),
                                      spec.parameters().end());
  for (v1::Parameter& parameter : declared) {
    for (const v1::Parameter& replacement : spec.stages(stage).parameters()) {
      if (replacement.name() == parameter.name()) parameter = replacement;
    }
  }
  return declared;
}

int Replicates(const v1::SearchSpec& spec, int stage) {
  if (spec.stages(stage).has_replicates()) {
    return spec.stages(stage).replicates();
  }
  return spec.has_replicates() ? spec.replicates() : 1;
}

}  // namespace etalon
