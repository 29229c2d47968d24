#include "worker/decode_schedule.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

absl::Status Missing(absl::string_view field) {
  return absl::InvalidArgumentError(
      absl::StrCat("training.", field, " is not set"));
}

absl::Status NotYet(absl::string_view field) {
  return absl::UnimplementedError(
      absl::StrCat("training.", field, " cannot be trained yet"));
}

absl::Status RequirePositive(absl::string_view field, int64_t value) {
  if (value >= 1) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "training.", field, " is ", value, "; it must be 1 or more"));
}

// Of positive factors.
int64_t SaturatingProduct(int64_t a, int64_t b) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  return a > kMax / b ? kMax : a * b;
}

absl::StatusOr<int64_t> DecodeLength(const v1::Training& training,
                                     int64_t updates_per_epoch) {
  if (training.has_epochs() == training.has_updates()) {
    return absl::InvalidArgumentError(
        "exactly one of training.epochs and training.updates must be set");
  }
  if (training.has_updates()) {
    ETALON_RETURN_IF_ERROR(RequirePositive("updates", training.updates()));
    return training.updates();
  }
  ETALON_RETURN_IF_ERROR(RequirePositive("epochs", training.epochs()));
  return SaturatingProduct(training.epochs(), updates_per_epoch);
}

absl::StatusOr<int64_t> DecodeHalfCycle(const v1::Schedule::Cyclical& cyclical,
                                        int64_t updates_per_epoch) {
  switch (cyclical.half_cycle_case()) {
    case v1::Schedule::Cyclical::kStepSize:
      ETALON_RETURN_IF_ERROR(
          RequirePositive("schedule.cyclical.step_size", cyclical.step_size()));
      return cyclical.step_size();
    case v1::Schedule::Cyclical::kStepEpochs:
      ETALON_RETURN_IF_ERROR(RequirePositive("schedule.cyclical.step_epochs",
                                             cyclical.step_epochs()));
      return SaturatingProduct(cyclical.step_epochs(), updates_per_epoch);
    case v1::Schedule::Cyclical::HALF_CYCLE_NOT_SET:
      break;
  }
  return Missing("schedule.cyclical.step_size (or step_epochs)");
}

absl::StatusOr<DecodedSchedule> DecodeCyclical(const v1::Training& training,
                                               int64_t updates_per_epoch) {
  const v1::Schedule::Cyclical& cyclical = training.schedule().cyclical();
  if (training.has_epochs() || training.has_updates()) {
    return absl::InvalidArgumentError(
        "training.epochs and training.updates must not be set: the length of a "
        "cyclical schedule follows from its cycles");
  }
  if (cyclical.has_annealing() && cyclical.annealing() != 1) {
    return NotYet("schedule.cyclical.annealing");
  }
  if (!cyclical.has_eta_min()) return Missing("schedule.cyclical.eta_min");
  if (!cyclical.has_eta_max()) return Missing("schedule.cyclical.eta_max");
  if (!cyclical.has_cycles()) return Missing("schedule.cyclical.cycles");
  ETALON_RETURN_IF_ERROR(
      RequirePositive("schedule.cyclical.cycles", cyclical.cycles()));
  train::CyclicalRate rate;
  rate.eta_min = cyclical.eta_min();
  rate.eta_max = cyclical.eta_max();
  ETALON_ASSIGN_OR_RETURN(rate.step_size,
                          DecodeHalfCycle(cyclical, updates_per_epoch));
  const int64_t half_cycles = int64_t{2} * cyclical.cycles();
  return DecodedSchedule{rate, SaturatingProduct(rate.step_size, half_cycles)};
}

absl::StatusOr<train::Schedule> DecodeRate(const v1::Schedule& schedule) {
  switch (schedule.form_case()) {
    case v1::Schedule::kConstant:
      if (!schedule.constant().has_eta()) {
        return Missing("schedule.constant.eta");
      }
      return train::ConstantRate{schedule.constant().eta()};
    case v1::Schedule::kExponential:
      if (!schedule.exponential().has_eta()) {
        return Missing("schedule.exponential.eta");
      }
      if (!schedule.exponential().has_decay()) {
        return Missing("schedule.exponential.decay");
      }
      return train::ExponentialRate{schedule.exponential().eta(),
                                    schedule.exponential().decay()};
    case v1::Schedule::kLinear:
      return NotYet("schedule.linear");
    case v1::Schedule::kCosine:
      return NotYet("schedule.cosine");
    case v1::Schedule::kStep:
      return NotYet("schedule.step");
    case v1::Schedule::kCyclical:  // DecodeCyclical
    case v1::Schedule::FORM_NOT_SET:
      break;
  }
  return Missing("schedule");
}

}  // namespace

absl::StatusOr<DecodedSchedule> DecodeSchedule(const v1::Training& training,
                                               int64_t updates_per_epoch) {
  if (training.schedule().warmup() != 0) return NotYet("schedule.warmup");
  if (training.schedule().has_cyclical()) {
    return DecodeCyclical(training, updates_per_epoch);
  }
  DecodedSchedule decoded;
  ETALON_ASSIGN_OR_RETURN(decoded.schedule, DecodeRate(training.schedule()));
  ETALON_ASSIGN_OR_RETURN(decoded.updates,
                          DecodeLength(training, updates_per_epoch));
  return decoded;
}

}  // namespace etalon
