#include "server/search/training.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/search/field_error.h"
#include "server/search/parameter_path.h"
#include "server/search/set_parameter.h"
#include "server/search/training_defaults.h"

namespace etalon {
namespace {

absl::Status Problem(const ParameterNamer& namer, absl::string_view parameter,
                     absl::string_view problem) {
  return InvalidField(namer(parameter), problem);
}

// A parameter of a configuration, and what it sets.
struct Setting {
  ParameterPath path;
  const v1::ParameterAssignment* assignment;
};

}  // namespace

v1::Training ResolveTraining(const v1::SearchSpec& spec, int stage) {
  v1::Training training =
      OverlayTraining(spec.training(), spec.stages(stage).training());
  FillDefaults(spec.seed(), training);
  return training;
}

absl::Status SetParameters(absl::Span<const v1::ParameterAssignment> parameters,
                           const ParameterNamer& namer,
                           v1::Training& training) {
  std::vector<Setting> settings;
  for (const v1::ParameterAssignment& assignment : parameters) {
    absl::StatusOr<ParameterPath> path = ResolveParameter(assignment.name());
    if (!path.ok()) {
      return Problem(namer, assignment.name(), path.status().message());
    }
    for (const Setting& other : settings) {
      if (!Collide(*path, other.path)) continue;
      return Problem(namer, assignment.name(),
                     absl::StrCat(assignment.name(), " sets what ",
                                  other.assignment->name(),
                                  " sets; search one of them, or give them "
                                  "conditions that exclude each other"));
    }
    settings.push_back({*std::move(path), &assignment});
  }
  std::stable_sort(settings.begin(), settings.end(),
                   [](const Setting& a, const Setting& b) {
                     return a.path.kind < b.path.kind;
                   });
  for (const Setting& setting : settings) {
    const absl::Status set =
        SetParameter(setting.path, setting.assignment->value(), training);
    if (!set.ok()) {
      return Problem(namer, setting.assignment->name(), set.message());
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Training> ApplyParameters(
    const v1::Training& training,
    absl::Span<const v1::ParameterAssignment> parameters) {
  v1::Training applied = training;
  ETALON_RETURN_IF_ERROR(SetParameters(
      parameters, [](absl::string_view name) { return std::string(name); },
      applied));
  FillDefaultsButDataset(applied);
  CountInUpdates(applied);
  return applied;
}

int64_t UpdatesPerEpoch(const v1::Training& training) {
  return training.batch_size() < 1
             ? 0
             : training.dataset().train() / training.batch_size();
}

int64_t WarmupUpdates(const v1::Training& training) {
  const v1::Schedule& schedule = training.schedule();
  return schedule.has_warmup_epochs()
             ? UpdatesPerEpoch(training) * schedule.warmup_epochs()
             : schedule.warmup();
}

int64_t UpdatesOf(const v1::Training& training) {
  if (training.batch_size() < 1) return 0;
  if (training.schedule().has_cyclical()) {
    const v1::Schedule::Cyclical& cycles = training.schedule().cyclical();
    return WarmupUpdates(training) +
           int64_t{2} * cycles.step_size() * cycles.cycles();
  }
  return training.has_epochs() ? UpdatesPerEpoch(training) * training.epochs()
                               : training.updates();
}

double LearningRate(const v1::Training& training) {
  const v1::Schedule& schedule = training.schedule();
  switch (schedule.form_case()) {
    case v1::Schedule::kConstant:
      return schedule.constant().eta();
    case v1::Schedule::kExponential:
      return schedule.exponential().eta();
    case v1::Schedule::kLinear:
      return schedule.linear().eta();
    case v1::Schedule::kCosine:
      return schedule.cosine().eta();
    case v1::Schedule::kStep:
      return schedule.step().eta();
    case v1::Schedule::kCyclical:
      return schedule.cyclical().eta_max();
    case v1::Schedule::FORM_NOT_SET:
      break;
  }
  return 0;
}

}  // namespace etalon
