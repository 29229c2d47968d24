#include "worker/decode_schedule.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

absl::Status Missing(absl::string_view field) {
  return absl::InvalidArgumentError(
      absl::StrCat("training.", field, " is not set"));
}

absl::Status RequireAtLeast(int64_t minimum, absl::string_view field,
                            int64_t value) {
  if (value >= minimum) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "training.", field, " is ", value, "; it must be ", minimum, " or more"));
}

// Of factors that are not negative, the second more than 0.
int64_t SaturatingProduct(int64_t a, int64_t b) {
  return a > kMax / b ? kMax : a * b;
}

// Of numbers that are not negative.
int64_t SaturatingSum(int64_t a, int64_t b) {
  return a > kMax - b ? kMax : a + b;
}

absl::StatusOr<int64_t> DecodeWarmup(const v1::Schedule& schedule,
                                     int64_t updates_per_epoch) {
  if (schedule.has_warmup() && schedule.has_warmup_epochs()) {
    return absl::InvalidArgumentError(
        "at most one of training.schedule.warmup and warmup_epochs may be set");
  }
  if (schedule.has_warmup_epochs()) {
    ETALON_RETURN_IF_ERROR(
        RequireAtLeast(0, "schedule.warmup_epochs", schedule.warmup_epochs()));
    return SaturatingProduct(schedule.warmup_epochs(), updates_per_epoch);
  }
  ETALON_RETURN_IF_ERROR(
      RequireAtLeast(0, "schedule.warmup", schedule.warmup()));
  return schedule.warmup();
}

// In updates, the warm-up included.
absl::StatusOr<int64_t> DecodeLength(const v1::Training& training,
                                     int64_t updates_per_epoch) {
  if (training.has_epochs() == training.has_updates()) {
    return absl::InvalidArgumentError(
        "exactly one of training.epochs and training.updates must be set");
  }
  if (training.has_updates()) {
    ETALON_RETURN_IF_ERROR(RequireAtLeast(1, "updates", training.updates()));
    return training.updates();
  }
  ETALON_RETURN_IF_ERROR(RequireAtLeast(1, "epochs", training.epochs()));
  return SaturatingProduct(training.epochs(), updates_per_epoch);
}

absl::StatusOr<int64_t> DecodeHalfCycle(const v1::Schedule::Cyclical& cyclical,
                                        int64_t updates_per_epoch) {
  switch (cyclical.half_cycle_case()) {
    case v1::Schedule::Cyclical::kStepSize:
      ETALON_RETURN_IF_ERROR(RequireAtLeast(1, "schedule.cyclical.step_size",
                                            cyclical.step_size()));
      return cyclical.step_size();
    case v1::Schedule::Cyclical::kStepEpochs:
      ETALON_RETURN_IF_ERROR(RequireAtLeast(1, "schedule.cyclical.step_epochs",
                                            cyclical.step_epochs()));
      return SaturatingProduct(cyclical.step_epochs(), updates_per_epoch);
    case v1::Schedule::Cyclical::HALF_CYCLE_NOT_SET:
      break;
  }
  return Missing("schedule.cyclical.step_size (or step_epochs)");
}

absl::StatusOr<DecodedSchedule> DecodeCyclical(const v1::Training& training,
                                               int64_t updates_per_epoch,
                                               int64_t warmup) {
  const v1::Schedule::Cyclical& cyclical = training.schedule().cyclical();
  if (training.has_epochs() || training.has_updates()) {
    return absl::InvalidArgumentError(
        "training.epochs and training.updates must not be set: the length of a "
        "cyclical schedule follows from its cycles");
  }
  if (!cyclical.has_eta_min()) return Missing("schedule.cyclical.eta_min");
  if (!cyclical.has_eta_max()) return Missing("schedule.cyclical.eta_max");
  if (!cyclical.has_cycles()) return Missing("schedule.cyclical.cycles");
  ETALON_RETURN_IF_ERROR(
      RequireAtLeast(1, "schedule.cyclical.cycles", cyclical.cycles()));
  train::CyclicalRate rate;
  rate.eta_min = cyclical.eta_min();
  rate.eta_max = cyclical.eta_max();
  if (cyclical.has_annealing()) rate.annealing = cyclical.annealing();
  ETALON_ASSIGN_OR_RETURN(rate.step_size,
                          DecodeHalfCycle(cyclical, updates_per_epoch));
  const int64_t cycles =
      SaturatingProduct(rate.step_size, int64_t{2} * cyclical.cycles());
  return DecodedSchedule{{rate, warmup}, SaturatingSum(warmup, cycles)};
}

// `name` in messages: "exponential".
template <typename Form>
absl::Status RequireEta(absl::string_view name, const Form& form) {
  if (form.has_eta()) return absl::OkStatus();
  return Missing(absl::StrCat("schedule.", name, ".eta"));
}

// An `eta` and a `decay`.
template <typename Form>
absl::Status RequireEtaAndDecay(absl::string_view name, const Form& form) {
  ETALON_RETURN_IF_ERROR(RequireEta(name, form));
  if (form.has_decay()) return absl::OkStatus();
  return Missing(absl::StrCat("schedule.", name, ".decay"));
}

absl::StatusOr<train::RateForm> DecodeStep(const v1::Schedule::Step& step,
                                           int64_t updates_per_epoch) {
  ETALON_RETURN_IF_ERROR(RequireEtaAndDecay("step", step));
  train::StepRate rate;
  rate.eta = step.eta();
  rate.decay = step.decay();
  switch (step.every_case()) {
    case v1::Schedule::Step::kEveryEpochs:
      ETALON_RETURN_IF_ERROR(
          RequireAtLeast(1, "schedule.step.every_epochs", step.every_epochs()));
      rate.every = SaturatingProduct(step.every_epochs(), updates_per_epoch);
      return rate;
    case v1::Schedule::Step::kEveryUpdates:
      ETALON_RETURN_IF_ERROR(RequireAtLeast(1, "schedule.step.every_updates",
                                            step.every_updates()));
      rate.every = step.every_updates();
      return rate;
    case v1::Schedule::Step::EVERY_NOT_SET:
      break;
  }
  return Missing("schedule.step.every_epochs (or every_updates)");
}

// Of a form that has `length` updates; any but the cyclical one.
absl::StatusOr<train::RateForm> DecodeForm(const v1::Schedule& schedule,
                                           int64_t updates_per_epoch,
                                           int64_t length) {
  switch (schedule.form_case()) {
    case v1::Schedule::kConstant:
      ETALON_RETURN_IF_ERROR(RequireEta("constant", schedule.constant()));
      return train::ConstantRate{schedule.constant().eta()};
    case v1::Schedule::kExponential:
      ETALON_RETURN_IF_ERROR(
          RequireEtaAndDecay("exponential", schedule.exponential()));
      return train::ExponentialRate{schedule.exponential().eta(),
                                    schedule.exponential().decay()};
    case v1::Schedule::kLinear:
      ETALON_RETURN_IF_ERROR(RequireEta("linear", schedule.linear()));
      return train::LinearRate{schedule.linear().eta(), length};
    case v1::Schedule::kCosine:
      ETALON_RETURN_IF_ERROR(RequireEta("cosine", schedule.cosine()));
      return train::CosineRate{schedule.cosine().eta(), length};
    case v1::Schedule::kStep:
      return DecodeStep(schedule.step(), updates_per_epoch);
    case v1::Schedule::kCyclical:  // DecodeCyclical
    case v1::Schedule::FORM_NOT_SET:
      break;
  }
  return Missing("schedule");
}

}  // namespace

absl::StatusOr<DecodedSchedule> DecodeSchedule(const v1::Training& training,
                                               int64_t updates_per_epoch) {
  const v1::Schedule& schedule = training.schedule();
  ETALON_ASSIGN_OR_RETURN(const int64_t warmup,
                          DecodeWarmup(schedule, updates_per_epoch));
  if (schedule.has_cyclical()) {
    return DecodeCyclical(training, updates_per_epoch, warmup);
  }
  DecodedSchedule decoded;
  decoded.schedule.warmup = warmup;
  ETALON_ASSIGN_OR_RETURN(decoded.updates,
                          DecodeLength(training, updates_per_epoch));
  if (warmup >= decoded.updates) {
    return absl::InvalidArgumentError(absl::StrCat(
        "training.schedule.warmup is ", warmup,
        " updates; it must be less than the ", decoded.updates, " of all"));
  }
  ETALON_ASSIGN_OR_RETURN(
      decoded.schedule.form,
      DecodeForm(schedule, updates_per_epoch, decoded.updates - warmup));
  return decoded;
}

}  // namespace etalon
