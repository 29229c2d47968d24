#include "worker/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"

namespace etalon::train {
namespace {

// Of anything that is counted in updates: sums and doubles of it stay far from
// the end of an int64_t.
constexpr int64_t kMaxLength = int64_t{1} << 40;

absl::Status Invalid(absl::string_view field, absl::AlphaNum value,
                     absl::string_view rule) {
  return absl::InvalidArgumentError(
      absl::StrCat("schedule.", field, " is ", value, "; it must be ", rule));
}

absl::Status RequirePositive(absl::string_view field, double value) {
  if (std::isfinite(value) && value > 0) return absl::OkStatus();
  return Invalid(field, value, "positive and finite");
}

absl::Status RequireFactor(absl::string_view field, double value) {
  if (value > 0 && value <= 1) return absl::OkStatus();
  return Invalid(field, value, "in (0, 1]");
}

absl::Status RequireLength(absl::string_view field, int64_t value,
                           int64_t minimum) {
  if (value >= minimum && value <= kMaxLength) return absl::OkStatus();
  return Invalid(
      field, value,
      absl::StrCat("from ", minimum, " to ", kMaxLength, " updates"));
}

absl::Status ValidateForm(const ConstantRate& rate) {
  return RequirePositive("constant.eta", rate.eta);
}

absl::Status ValidateForm(const ExponentialRate& rate) {
  ETALON_RETURN_IF_ERROR(RequirePositive("exponential.eta", rate.eta));
  return RequireFactor("exponential.decay", rate.decay);
}

absl::Status ValidateForm(const StepRate& rate) {
  ETALON_RETURN_IF_ERROR(RequirePositive("step.eta", rate.eta));
  ETALON_RETURN_IF_ERROR(RequireFactor("step.decay", rate.decay));
  return RequireLength("step.every", rate.every, 1);
}

absl::Status ValidateForm(const LinearRate& rate) {
  ETALON_RETURN_IF_ERROR(RequirePositive("linear.eta", rate.eta));
  return RequireLength("linear.length", rate.length, 1);
}

absl::Status ValidateForm(const CosineRate& rate) {
  ETALON_RETURN_IF_ERROR(RequirePositive("cosine.eta", rate.eta));
  return RequireLength("cosine.length", rate.length, 1);
}

absl::Status ValidateForm(const CyclicalRate& rate) {
  if (!(std::isfinite(rate.eta_min) && rate.eta_min >= 0)) {
    return Invalid("cyclical.eta_min", rate.eta_min, "finite and not negative");
  }
  ETALON_RETURN_IF_ERROR(RequirePositive("cyclical.eta_max", rate.eta_max));
  if (rate.eta_max < rate.eta_min) {
    return Invalid("cyclical.eta_max", rate.eta_max,
                   absl::StrCat("at least eta_min, ", rate.eta_min));
  }
  ETALON_RETURN_IF_ERROR(RequireFactor("cyclical.annealing", rate.annealing));
  return RequireLength("cyclical.step_size", rate.step_size, 1);
}

// a / b, of updates.
double Ratio(int64_t a, int64_t b) {
  return static_cast<double>(a) / static_cast<double>(b);
}

double Decayed(double value, double factor, int64_t times) {
  return value * std::pow(factor, static_cast<double>(times));
}

double Rate(const ConstantRate& rate, int64_t, int64_t) { return rate.eta; }

double Rate(const ExponentialRate& rate, int64_t update,
            int64_t updates_per_epoch) {
  return Decayed(rate.eta, rate.decay, update / updates_per_epoch);
}

double Rate(const StepRate& rate, int64_t update, int64_t) {
  return Decayed(rate.eta, rate.decay, update / rate.every);
}

double Rate(const LinearRate& rate, int64_t update, int64_t) {
  if (update >= rate.length) return 0;
  return rate.eta * Ratio(rate.length - update, rate.length);
}

double Rate(const CosineRate& rate, int64_t update, int64_t) {
  if (update >= rate.length) return 0;
  const double angle = std::numbers::pi * Ratio(update, rate.length);
  return rate.eta * (1 + std::cos(angle)) / 2;
}

double Rate(const CyclicalRate& rate, int64_t update, int64_t) {
  const int64_t cycle = update / rate.CycleLength();
  const double peak =
      std::max(rate.eta_min, Decayed(rate.eta_max, rate.annealing, cycle));
  const double position = Ratio(update % rate.CycleLength(), rate.step_size);
  const double height = position <= 1 ? position : 2 - position;
  return rate.eta_min + height * (peak - rate.eta_min);
}

double FormRate(const RateForm& form, int64_t update,
                int64_t updates_per_epoch) {
  return std::visit(
      [&](const auto& rate) { return Rate(rate, update, updates_per_epoch); },
      form);
}

}  // namespace

absl::Status ValidateSchedule(const Schedule& schedule) {
  ETALON_RETURN_IF_ERROR(RequireLength("warmup", schedule.warmup, 0));
  return std::visit([](const auto& rate) { return ValidateForm(rate); },
                    schedule.form);
}

double LearningRate(const Schedule& schedule, int64_t update,
                    int64_t updates_per_epoch) {
  if (update >= schedule.warmup) {
    return FormRate(schedule.form, update - schedule.warmup, updates_per_epoch);
  }
  return FormRate(schedule.form, 0, updates_per_epoch) *
         Ratio(update + 1, schedule.warmup + 1);
}

}  // namespace etalon::train
