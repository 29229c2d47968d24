#include "worker/completion.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/utf8.h"
#include "worker/durations.h"

namespace etalon {
namespace {

// As gRPC cuts messages of statuses; the coordinator takes at least as much.
constexpr size_t kMaxMessageBytes = 1024;

v1::Failure::Reason FailureReason(TrialResult::Kind kind) {
  switch (kind) {
    case TrialResult::Kind::kDiverged:
      return v1::Failure::DIVERGED;
    case TrialResult::Kind::kInvalid:
      return v1::Failure::INVALID;
    default:
      return v1::Failure::INTERNAL;
  }
}

}  // namespace

std::string CutMessage(absl::string_view message) {
  return std::string(CutUtf8(message, kMaxMessageBytes));
}

v1::Completion MakeCompletion(const HeldTrial& trial,
                              const TrialResult& result) {
  v1::Completion completion;
  *completion.mutable_token() = trial.token();
  if (result.kind == TrialResult::Kind::kSucceeded) {
    completion.mutable_succeeded();
  } else if (result.kind == TrialResult::Kind::kEndedEarly) {
    completion.mutable_stopped();
  } else if (result.kind == TrialResult::Kind::kSuspended) {
    completion.mutable_suspended();
  } else {
    completion.mutable_failure()->set_reason(FailureReason(result.kind));
    completion.mutable_failure()->set_message(CutMessage(result.message));
    completion.mutable_failure()->set_update(result.update);
  }
  for (v1::Measurement& measurement : trial.measurements()) {
    *completion.add_measurements() = std::move(measurement);
  }
  *completion.mutable_training_time() = EncodeDuration(result.training_time);
  if (result.fusion.width() > 0) {
    completion.mutable_fusion()->set_width(result.fusion.width());
    completion.mutable_fusion()->set_apart_because(
        CutMessage(result.fusion.apart_because()));
  }
  return completion;
}

std::string DescribeCompletion(const v1::Completion& completion) {
  if (completion.has_failure()) {
    return absl::StrCat(
        "failed: ", v1::Failure::Reason_Name(completion.failure().reason()),
        ": ", completion.failure().message());
  }
  const char* const outcome = completion.has_suspended() ? "waits at a rung"
                              : completion.has_stopped() ? "stopped early"
                                                         : "succeeded";
  if (completion.measurements().empty()) return outcome;
  const v1::Measurement& last = *completion.measurements().rbegin();
  const absl::Duration time = DecodeDuration(completion.training_time());
  return absl::StrFormat(
      "%s with validation accuracy %.4f after %d updates in %s", outcome,
      last.validation().accuracy(), last.update(),
      absl::FormatDuration(absl::Trunc(time, absl::Milliseconds(1))));
}

}  // namespace etalon
