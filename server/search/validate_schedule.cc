#include "server/search/validate_schedule.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/status_macros.h"
#include "server/search/field_error.h"
#include "server/search/stage_size.h"
#include "server/search/training.h"

namespace etalon {
namespace {

constexpr int64_t kUnbounded = std::numeric_limits<int64_t>::max();

// `form` is a message with an optional `eta` at `path`.
template <typename Form>
absl::Status ValidateRate(const StageTraining& stage, const Form& form,
                          const std::string& field) {
  const std::string path = stage.Path(field);
  if (form.has_eta()) return CheckPositive(path, form.eta());
  return InvalidField(path,
                      "is missing; give a rate, or make eta a parameter of "
                      "the search");
}

// As it was written: resolved, it is in updates whatever it was.
absl::Status ValidateHalfCycle(const StageTraining& stage) {
  const v1::Schedule::Cyclical& cyclical =
      stage.written().schedule().cyclical();
  switch (cyclical.half_cycle_case()) {
    case v1::Schedule::Cyclical::kStepSize:
      return CheckCount(stage.Path("schedule.cyclical.step_size"),
                        cyclical.step_size(), 1, kMaxUpdates);
    case v1::Schedule::Cyclical::kStepEpochs:
      return CheckCount(stage.Path("schedule.cyclical.step_epochs"),
                        cyclical.step_epochs(), 1, kMaxUpdates);
    case v1::Schedule::Cyclical::HALF_CYCLE_NOT_SET:
      break;
  }
  return InvalidField(stage.Path("schedule.cyclical.step_size"),
                      "is missing; give the half-cycle as step_size (updates) "
                      "or step_epochs");
}

absl::Status ValidateCyclical(const StageTraining& stage) {
  const v1::Schedule::Cyclical& cyclical =
      stage.resolved().schedule().cyclical();
  const std::string prefix = "schedule.cyclical.";
  ETALON_RETURN_IF_ERROR(
      CheckPositive(stage.Path(prefix + "eta_min"), cyclical.eta_min()));
  const std::string eta_max = stage.Path(prefix + "eta_max");
  ETALON_RETURN_IF_ERROR(CheckPositive(eta_max, cyclical.eta_max()));
  if (cyclical.eta_max() <= cyclical.eta_min()) {
    return InvalidField(eta_max,
                        absl::StrCat(FormatNumber(cyclical.eta_max()),
                                     " is not more than eta_min, ",
                                     FormatNumber(cyclical.eta_min())));
  }
  ETALON_RETURN_IF_ERROR(ValidateHalfCycle(stage));
  ETALON_RETURN_IF_ERROR(CheckCount(stage.Path(prefix + "cycles"),
                                    cyclical.cycles(), 1, kMaxUpdates));
  return CheckFactor(stage.Path(prefix + "annealing"), cyclical.annealing());
}

absl::Status ValidateStepInterval(const StageTraining& stage) {
  const v1::Schedule::Step& step = stage.resolved().schedule().step();
  switch (step.every_case()) {
    case v1::Schedule::Step::kEveryEpochs:
      return CheckCount(stage.Path("schedule.step.every_epochs"),
                        step.every_epochs(), 1, kMaxUpdates);
    case v1::Schedule::Step::kEveryUpdates:
      return CheckCount(stage.Path("schedule.step.every_updates"),
                        step.every_updates(), 1, kMaxUpdates);
    case v1::Schedule::Step::EVERY_NOT_SET:
      break;
  }
  return InvalidField(stage.Path("schedule.step.every_epochs"),
                      "is missing; give the interval as every_epochs or "
                      "every_updates");
}

absl::Status ValidateForm(const StageTraining& stage) {
  const v1::Schedule& schedule = stage.resolved().schedule();
  switch (schedule.form_case()) {
    case v1::Schedule::kConstant:
      return ValidateRate(stage, schedule.constant(), "schedule.constant.eta");
    case v1::Schedule::kExponential:
      ETALON_RETURN_IF_ERROR(ValidateRate(stage, schedule.exponential(),
                                          "schedule.exponential.eta"));
      return CheckFactor(stage.Path("schedule.exponential.decay"),
                         schedule.exponential().decay());
    case v1::Schedule::kLinear:
      return ValidateRate(stage, schedule.linear(), "schedule.linear.eta");
    case v1::Schedule::kCosine:
      return ValidateRate(stage, schedule.cosine(), "schedule.cosine.eta");
    case v1::Schedule::kStep:
      ETALON_RETURN_IF_ERROR(
          ValidateRate(stage, schedule.step(), "schedule.step.eta"));
      ETALON_RETURN_IF_ERROR(CheckFactor(stage.Path("schedule.step.decay"),
                                         schedule.step().decay()));
      return ValidateStepInterval(stage);
    case v1::Schedule::kCyclical:
      return ValidateCyclical(stage);
    case v1::Schedule::FORM_NOT_SET:
      break;
  }
  return InvalidField(stage.Path("schedule"),
                      "is missing; choose constant, exponential, linear, "
                      "cosine, step or cyclical");
}

absl::Status ValidateLengthFields(const StageTraining& stage) {
  const v1::Training& training = stage.resolved();
  const std::string epochs = stage.Path("epochs");
  const std::string updates = stage.Path("updates");
  if (training.schedule().has_cyclical()) {
    if (!training.has_epochs() && !training.has_updates()) {
      return absl::OkStatus();
    }
    return InvalidField(training.has_epochs() ? epochs : updates,
                        absl::StrCat(training.has_epochs() ? training.epochs()
                                                           : training.updates(),
                                     "; the length of a cyclical schedule is "
                                     "its cycles: leave it out"));
  }
  if (training.has_epochs() && training.has_updates()) {
    return InvalidField(
        updates, absl::StrCat(training.updates(), ", and epochs ",
                              training.epochs(), "; give one of the two"));
  }
  if (training.has_epochs()) {
    return CheckCount(epochs, training.epochs(), 1, kMaxUpdates);
  }
  if (training.has_updates()) {
    return CheckCount(updates, training.updates(), 1, kMaxUpdates);
  }
  return InvalidField(epochs,
                      "is missing; give the length as epochs or updates");
}

absl::Status ValidateWarmupFields(const StageTraining& stage) {
  const v1::Schedule& schedule = stage.resolved().schedule();
  const std::string warmup = stage.Path("schedule.warmup");
  const std::string warmup_epochs = stage.Path("schedule.warmup_epochs");
  if (schedule.has_warmup() && schedule.has_warmup_epochs()) {
    return InvalidField(
        warmup_epochs,
        absl::StrCat(schedule.warmup_epochs(), ", and warmup ",
                     schedule.warmup(), "; give one of the two"));
  }
  ETALON_RETURN_IF_ERROR(CheckCount(warmup, schedule.warmup(), 0, kMaxUpdates));
  return CheckCount(warmup_epochs, schedule.warmup_epochs(), 0, kMaxUpdates);
}

// How long a training of valid fields is, and what that counts in.
struct Length {
  int64_t updates_per_epoch = 0;
  int64_t warmup = 0;   // updates
  int64_t updates = 0;  // the warm-up included
  std::string path;
};

Length TrainingLength(const StageTraining& stage) {
  const v1::Training& training = stage.resolved();
  const v1::Schedule& schedule = training.schedule();
  Length length;
  length.updates_per_epoch = UpdatesPerEpoch(training);
  length.warmup = WarmupUpdates(training);
  length.updates = UpdatesOf(training);
  length.path = stage.Path(schedule.has_cyclical() ? "schedule.cyclical.cycles"
                           : training.has_epochs() ? "epochs"
                                                   : "updates");
  return length;
}

absl::Status ValidateLength(const StageTraining& stage, const Length& length) {
  if (length.updates > kMaxUpdates) {
    return PastLimit(length.path,
                     absl::StrCat(length.updates, " updates of a trial"),
                     absl::StrCat(kMaxUpdates));
  }
  if (length.warmup < length.updates) return absl::OkStatus();
  const bool in_epochs = stage.resolved().schedule().has_warmup_epochs();
  return InvalidField(
      stage.Path(in_epochs ? "schedule.warmup_epochs" : "schedule.warmup"),
      absl::StrCat(length.warmup, " updates of warm-up leave nothing of the ",
                   length.updates, " of a trial; use fewer"));
}

// `count` evaluations in every `interval` updates, one `unit`. `way_out`: what
// makes them fewer.
absl::Status CheckEvaluations(const std::string& path, int64_t count,
                              int64_t interval, absl::string_view unit,
                              int64_t updates, absl::string_view way_out) {
  ETALON_RETURN_IF_ERROR(CheckCount(path, count, 1, kUnbounded));
  if (count > interval) {
    return InvalidField(path, absl::StrCat(count, " is more than the ",
                                           interval, " updates of ", unit));
  }
  const int64_t intervals = updates / interval + (updates % interval != 0);
  const int64_t evaluations = SaturatingProduct(count, intervals);
  if (evaluations > kMaxEvaluations) {
    return PastLimit(path,
                     absl::StrCat(evaluations, " evaluations of a trial, ",
                                  count, " in ", unit, ","),
                     absl::StrCat(kMaxEvaluations, "; ", way_out));
  }
  return absl::OkStatus();
}

absl::Status ValidateEvaluation(const StageTraining& stage,
                                const Length& length) {
  const v1::Evaluation& evaluation = stage.resolved().evaluation();
  const bool cyclical = stage.resolved().schedule().has_cyclical();
  if (evaluation.interval_case() == v1::Evaluation::kPerEpoch) {
    // Where it is the default, the length is what the user can find.
    const bool written = stage.written().evaluation().has_per_epoch();
    return CheckEvaluations(
        written ? stage.Path("evaluation.per_epoch") : length.path,
        evaluation.per_epoch(), length.updates_per_epoch, "an epoch",
        length.updates,
        cyclical                      ? "use evaluate.per_cycle"
        : evaluation.per_epoch() == 1 ? "train for less"
                                      : "use fewer per_epoch");
  }
  const std::string path = stage.Path("evaluation.per_cycle");
  if (!cyclical) {
    return InvalidField(path, absl::StrCat(evaluation.per_cycle(),
                                           "; the schedule has no cycles, use "
                                           "per_epoch"));
  }
  return CheckEvaluations(
      path, evaluation.per_cycle(),
      int64_t{2} * stage.resolved().schedule().cyclical().step_size(),
      "a cycle", length.updates - length.warmup, "use fewer per_cycle");
}

}  // namespace

absl::Status ValidateSchedule(const StageTraining& stage) {
  ETALON_RETURN_IF_ERROR(ValidateForm(stage));
  ETALON_RETURN_IF_ERROR(ValidateWarmupFields(stage));
  ETALON_RETURN_IF_ERROR(ValidateLengthFields(stage));
  const Length length = TrainingLength(stage);
  ETALON_RETURN_IF_ERROR(ValidateLength(stage, length));
  return ValidateEvaluation(stage, length);
}

}  // namespace etalon
