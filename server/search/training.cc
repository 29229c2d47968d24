#include "server/search/training.h"

#include "server/search/space.h"
#include "server/search/training_defaults.h"

namespace etalon {
namespace {

void SetLearningRate(double rate, v1::Schedule& schedule) {
  switch (schedule.form_case()) {
    case v1::Schedule::kConstant:
      return schedule.mutable_constant()->set_eta(rate);
    case v1::Schedule::kExponential:
      return schedule.mutable_exponential()->set_eta(rate);
    case v1::Schedule::kLinear:
      return schedule.mutable_linear()->set_eta(rate);
    case v1::Schedule::kCosine:
      return schedule.mutable_cosine()->set_eta(rate);
    case v1::Schedule::kStep:
      return schedule.mutable_step()->set_eta(rate);
    case v1::Schedule::kCyclical:
      return schedule.mutable_cyclical()->set_eta_max(rate);
    case v1::Schedule::FORM_NOT_SET:
      return;
  }
}

}  // namespace

v1::Training ResolveTraining(const v1::SearchSpec& spec, int stage) {
  v1::Training training =
      OverlayTraining(spec.training(), spec.stages(stage).training());
  FillDefaults(spec.seed(), training);
  return training;
}

v1::Training ApplyParameters(
    const v1::Training& training,
    absl::Span<const v1::ParameterAssignment> parameters) {
  v1::Training applied = training;
  for (const v1::ParameterAssignment& parameter : parameters) {
    const double value = NumberOf(parameter.value());
    if (parameter.name() == "lambda") applied.set_lambda(value);
    if (parameter.name() == "eta") {
      SetLearningRate(value, *applied.mutable_schedule());
    }
  }
  return applied;
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
