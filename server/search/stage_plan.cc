#include "server/search/stage_plan.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/search/adaptive_stage.h"
#include "server/search/field_limits.h"
#include "server/search/proposal.h"
#include "server/search/refinement.h"
#include "server/search/sample.h"
#include "server/search/sample_box.h"
#include "server/search/seeds.h"
#include "server/search/spacing.h"
#include "server/search/stage_lookup.h"
#include "server/search/take.h"
#include "server/search/training.h"

namespace etalon {
namespace {

using Assignments = std::vector<v1::ParameterAssignment>;

absl::Status NothingToBuildOn(const v1::StageSpec& stage,
                              const std::string& from) {
  return absl::FailedPreconditionError(
      absl::StrCat("stage '", stage.name(), "' builds on stage '", from,
                   "', which has no succeeded trial"));
}

// The value that the configuration has of a parameter; null where it has none.
const v1::ParameterValue* FindValue(const Assignments& configuration,
                                    const std::string& parameter) {
  for (const v1::ParameterAssignment& assignment : configuration) {
    if (assignment.name() == parameter) return &assignment.value();
  }
  return nullptr;
}

// What is observed comes from storage; a mix-up there must not read past an
// end.
absl::Status CheckShape(const v1::SearchSpec& spec,
                        absl::Span<const Assignments> best,
                        absl::Span<const v1::Parameter> observed_box) {
  const auto& parameters = spec.parameters();
  bool fits = static_cast<int>(observed_box.size()) == parameters.size();
  for (const Assignments& configuration : best) {
    fits = fits && std::all_of(parameters.begin(), parameters.end(),
                               [&](const v1::Parameter& parameter) {
                                 return parameter.has_when() ||
                                        FindValue(configuration,
                                                  parameter.name()) != nullptr;
                               });
  }
  if (fits) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("what was observed does not have the ", parameters.size(),
                   " parameters of ", "search '", spec.name(), "'"));
}

std::vector<v1::Parameter> RefineBox(
    const v1::SearchSpec& spec, int stage, absl::Span<const Assignments> best,
    absl::Span<const v1::Parameter> observed_box) {
  const v1::Refine& refine = spec.stages(stage).refine();
  const v1::Training training = ResolveTraining(spec, stage);
  const v1::Sample& sample =
      spec.stages(SamplingStage(spec, *FindStage(spec, refine.from())))
          .sample();
  std::vector<v1::Parameter> box = DeclaredParameters(spec, stage);
  for (size_t i = 0; i < box.size(); ++i) {
    // Of those of the best that have it: where a condition leaves it out of
    // all, nothing is known of it and the range stays.
    std::vector<v1::ParameterValue> values;
    values.reserve(best.size());
    for (const Assignments& configuration : best) {
      const v1::ParameterValue* const value =
          FindValue(configuration, box[i].name());
      if (value != nullptr) values.push_back(*value);
    }
    if (values.empty()) continue;
    const FieldLimits limits = LimitsOf(box[i].name(), training);
    box[i] =
        RefineParameter(box[i], values, TypicalSpacing(sample, observed_box, i),
                        {.allowed = refine.extend(),
                         .lower_limit = limits.lower,
                         .upper_limit = limits.upper});
  }
  return box;
}

// Those that no result is needed for.
std::vector<Assignments> FirstConfigurations(
    const v1::SearchSpec& spec, int stage,
    absl::Span<const v1::Parameter> box) {
  const v1::StageSpec& stage_spec = spec.stages(stage);
  std::vector<Assignments> configurations;
  if (!IsAdaptive(stage_spec.sample())) {
    configurations = SampleBox(spec, stage, box);
    if (IsAdaptive(stage_spec)) {
      configurations.resize(
          static_cast<size_t>(ProposableCount(stage_spec, box, {})));
    }
    return configurations;
  }
  std::vector<Observation> proposed;
  const int known = ProposableCount(stage_spec, box, {});
  while (static_cast<int>(configurations.size()) < known) {
    configurations.push_back(
        Propose(spec.seed(), stage, stage_spec.sample(), box, proposed));
    proposed.push_back({.parameters = configurations.back()});
  }
  return configurations;
}

}  // namespace

absl::StatusOr<StagePlan> PlanStage(
    const v1::SearchSpec& spec, int stage, absl::Span<const v1::Trial> observed,
    absl::Span<const v1::Parameter> observed_box,
    absl::Span<const int> contenders) {
  const v1::StageSpec& stage_spec = spec.stages(stage);
  std::vector<Assignments> best;
  if (stage_spec.has_take() || stage_spec.has_refine()) {
    const bool takes = stage_spec.has_take();
    best = TakeBest(observed,
                    takes ? stage_spec.take().top() : stage_spec.refine().top(),
                    contenders);
    if (best.empty()) {
      return NothingToBuildOn(stage_spec, takes ? stage_spec.take().from()
                                                : stage_spec.refine().from());
    }
    ETALON_RETURN_IF_ERROR(CheckShape(spec, best, observed_box));
  }

  StagePlan plan;
  std::vector<Assignments> configurations;
  if (stage_spec.has_take()) {
    plan.box.assign(observed_box.begin(), observed_box.end());
    configurations = std::move(best);
  } else {
    plan.box = stage_spec.has_refine()
                   ? RefineBox(spec, stage, best, observed_box)
                   : DeclaredParameters(spec, stage);
    configurations = FirstConfigurations(spec, stage, plan.box);
  }

  plan.configurations.reserve(configurations.size());
  for (Assignments& parameters : configurations) {
    const int index = static_cast<int>(plan.configurations.size());
    plan.configurations.push_back(
        PlanConfiguration(spec, stage, index, std::move(parameters)));
  }
  return plan;
}

Configuration PlanConfiguration(const v1::SearchSpec& spec, int stage,
                                int index, Assignments parameters) {
  Configuration configuration;
  configuration.index = index;
  configuration.parameters = std::move(parameters);
  const int replicates = Replicates(spec, stage);
  configuration.replicates.reserve(static_cast<size_t>(replicates));
  for (int replicate = 0; replicate < replicates; ++replicate) {
    configuration.replicates.push_back(
        TrialSeeds(spec.seed(), stage, index, replicate));
  }
  return configuration;
}

}  // namespace etalon
