#include "server/search/stage_lookup.h"

#include "absl/strings/str_cat.h"
#include "server/search/racing.h"

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
      if (replacement.name() != parameter.name()) continue;
      const v1::Parameter original = parameter;
      parameter = replacement;
      if (original.has_when()) *parameter.mutable_when() = original.when();
    }
  }
  return declared;
}

std::string ParameterField(const v1::SearchSpec& spec, int stage,
                           absl::string_view name) {
  const auto& own = spec.stages(stage).parameters();
  for (int i = 0; i < own.size(); ++i) {
    if (own[i].name() != name) continue;
    return absl::StrCat("stages[", stage, "].parameters[", i, "]");
  }
  int index = 0;
  while (index < spec.parameters_size() &&
         spec.parameters(index).name() != name) {
    ++index;
  }
  return absl::StrCat("parameters[", index, "]");
}

const v1::Race* RaceOf(const v1::SearchSpec& spec, int stage) {
  const v1::StageSpec& stage_spec = spec.stages(stage);
  if (stage_spec.has_race()) return &stage_spec.race();
  if (stage_spec.has_replicates() || !spec.has_race()) return nullptr;
  return &spec.race();
}

int Replicates(const v1::SearchSpec& spec, int stage) {
  if (const v1::Race* const race = RaceOf(spec, stage); race != nullptr) {
    return RulesOf(*race).start;
  }
  if (spec.stages(stage).has_replicates()) {
    return spec.stages(stage).replicates();
  }
  return spec.has_replicates() ? spec.replicates() : 1;
}

int MostReplicates(const v1::SearchSpec& spec, int stage) {
  const v1::Race* const race = RaceOf(spec, stage);
  return race != nullptr ? race->max() : Replicates(spec, stage);
}

}  // namespace etalon
