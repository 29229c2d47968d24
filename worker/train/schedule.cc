#include "worker/train/schedule.h"

#include <cmath>

#include "absl/strings/str_cat.h"

namespace etalon::train {
namespace {

absl::Status Invalid(absl::string_view field, double value,
                     absl::string_view rule) {
  return absl::InvalidArgumentError(
      absl::StrCat("schedule.", field, " is ", value, "; it must be ", rule));
}

bool IsPositive(double value) { return std::isfinite(value) && value > 0; }

absl::Status ValidateRate(const ConstantRate& rate) {
  if (!IsPositive(rate.eta)) {
    return Invalid("constant.eta", rate.eta, "positive and finite");
  }
  return absl::OkStatus();
}

absl::Status ValidateRate(const ExponentialRate& rate) {
  if (!IsPositive(rate.eta)) {
    return Invalid("exponential.eta", rate.eta, "positive and finite");
  }
  if (!(rate.decay > 0 && rate.decay <= 1)) {
    return Invalid("exponential.decay", rate.decay, "in (0, 1]");
  }
  return absl::OkStatus();
}

absl::Status ValidateRate(const CyclicalRate& rate) {
  if (!(std::isfinite(rate.eta_min) && rate.eta_min >= 0)) {
    return Invalid("cyclical.eta_min", rate.eta_min, "finite and not negative");
  }
  if (!IsPositive(rate.eta_max)) {
    return Invalid("cyclical.eta_max", rate.eta_max, "positive and finite");
  }
  if (rate.eta_max < rate.eta_min) {
    return Invalid("cyclical.eta_max", rate.eta_max,
                   absl::StrCat("at least eta_min, ", rate.eta_min));
  }
  constexpr int64_t kMaxStepSize = int64_t{1} << 40;
  if (rate.step_size < 1 || rate.step_size > kMaxStepSize) {
    return Invalid("cyclical.step_size", static_cast<double>(rate.step_size),
                   absl::StrCat("from 1 to ", kMaxStepSize, " updates"));
  }
  return absl::OkStatus();
}

double Rate(const ConstantRate& rate, int64_t, int64_t) { return rate.eta; }

double Rate(const ExponentialRate& rate, int64_t update,
            int64_t updates_per_epoch) {
  return rate.eta *
         std::pow(rate.decay, static_cast<double>(update / updates_per_epoch));
}

double Rate(const CyclicalRate& rate, int64_t update, int64_t) {
  const double position = static_cast<double>(update % rate.CycleLength()) /
                          static_cast<double>(rate.step_size);
  const double height = position <= 1 ? position : 2 - position;
  return rate.eta_min + height * (rate.eta_max - rate.eta_min);
}

}  // namespace

absl::Status ValidateSchedule(const Schedule& schedule) {
  return std::visit([](const auto& rate) { return ValidateRate(rate); },
                    schedule);
}

double LearningRate(const Schedule& schedule, int64_t update,
                    int64_t updates_per_epoch) {
  return std::visit(
      [&](const auto& rate) { return Rate(rate, update, updates_per_epoch); },
      schedule);
}

}  // namespace etalon::train
