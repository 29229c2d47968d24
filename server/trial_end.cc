#include "server/trial_end.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "server/durations.h"

namespace etalon {
namespace {

// Measurements are finite, so that equal values have equal bits but for the
// zeros, which mean the same.
template <typename Message>
bool Same(const std::optional<Message>& a, const std::optional<Message>& b) {
  if (a.has_value() != b.has_value()) return false;
  return !a.has_value() ||
         google::protobuf::util::MessageDifferencer::Equals(*a, *b);
}

}  // namespace

TrialEnd MakeTrialEnd(const v1::Completion& completion) {
  TrialEnd end;
  end.training_time = FromProto(completion.training_time());
  if (completion.has_fusion()) end.fusion = completion.fusion();
  if (completion.has_failure()) {
    end.failure = completion.failure();
    end.state = completion.failure().reason() == v1::Failure::DIVERGED
                    ? v1::Trial::DIVERGED
                    : v1::Trial::FAILED;
  } else if (completion.has_suspended()) {
    end.state = v1::Trial::SUSPENDED;
  } else {
    end.state =
        completion.has_stopped() ? v1::Trial::STOPPED : v1::Trial::SUCCEEDED;
  }
  if (end.state != v1::Trial::FAILED && !completion.measurements().empty()) {
    end.result = *completion.measurements().rbegin();
  }
  return end;
}

absl::Status CheckStopped(absl::Span<const v1::Threshold> thresholds,
                          const v1::Completion& completion) {
  const int64_t update = completion.measurements().rbegin()->update();
  const auto threshold = std::find_if(
      thresholds.begin(), thresholds.end(),
      [update](const v1::Threshold& t) { return t.update() == update; });
  if (threshold == thresholds.end()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "stopped: ", completion.token().trial(), " has no threshold at update ",
        update, ", its last measurement"));
  }
  for (const v1::Measurement& measurement : completion.measurements()) {
    const double accuracy = measurement.validation().accuracy();
    if (accuracy < threshold->accuracy()) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "stopped: ", completion.token().trial(),
        " has a validation accuracy of ", accuracy, " at update ",
        measurement.update(), ", which is not below its threshold at update ",
        update, ", ", threshold->accuracy()));
  }
  return absl::OkStatus();
}

bool SameEnd(const TrialEnd& a, const TrialEnd& b) {
  return a.state == b.state && a.training_time == b.training_time &&
         Same(a.failure, b.failure) && Same(a.result, b.result);
}

}  // namespace etalon
