#include "worker/local_trial_runner.h"

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "worker/checkpoint_file.h"
#include "worker/decode_dataset.h"
#include "worker/model_file.h"
#include "worker/plan_codec.h"
#include "worker/train/trainer.h"

namespace etalon {
namespace {

TrialResult Failed(const absl::Status& status) {
  TrialResult result;
  result.message = std::string(status.message());
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kUnimplemented:
      result.kind = TrialResult::Kind::kInvalid;
      break;
    case absl::StatusCode::kResourceExhausted:
      result.kind = TrialResult::Kind::kOutOfMemory;
      break;
    default:
      result.kind = TrialResult::Kind::kInternal;
  }
  return result;
}

TrialResult FromOutcome(const train::TrialOutcome& outcome) {
  TrialResult result;
  switch (outcome.kind) {
    case train::TrialOutcome::Kind::kFinished:
      result.kind = TrialResult::Kind::kSucceeded;
      break;
    case train::TrialOutcome::Kind::kStopped:
      result.kind = TrialResult::Kind::kStopped;
      break;
    case train::TrialOutcome::Kind::kDiverged:
      result.kind = TrialResult::Kind::kDiverged;
      result.update = outcome.update;
      result.message = "the cost stopped being finite";
      break;
  }
  return result;
}

// The file; empty, and a line in the log, when none can be made.
std::string MakeModel(const v1::Trial& trial, const TrialRecorder& recorder,
                      const train::PreparedData& data, const char* kernels) {
  const absl::StatusOr<std::string> model =
      EncodeModel({trial, kernels, recorder.measurements().back(),
                   recorder.model(), data.mean(), data.inverse_deviation()});
  if (model.ok()) return *model;
  LogError(trial.name(), " has no model: ", model.status().message());
  return "";
}

}  // namespace

TrialResult LocalTrialRunner::Run(const v1::Trial& trial,
                                  TrialMonitor& monitor) {
  const v1::Dataset& dataset = trial.training().dataset();
  const absl::StatusOr<train::DatasetSpec> spec = DecodeDataset(dataset);
  if (!spec.ok()) return Failed(spec.status());
  const absl::StatusOr<DataCache::Data> data = cache_.Get(*spec);
  if (!data.ok()) {
    TrialResult result = Failed(data.status());
    if (result.kind == TrialResult::Kind::kInternal) {
      // Nothing is wrong with the trial: the files are.
      result.kind = TrialResult::Kind::kUnusable;
      result.message =
          absl::StrCat("data set ", dataset.name(), ": ", result.message);
      datasets_.MarkUnusable(dataset.name(), dataset.path(), *spec,
                             std::string(data.status().message()));
    }
    return result;
  }
  const absl::StatusOr<train::TrialPlan> plan =
      DecodePlan(trial, (*data)->sizes());
  if (!plan.ok()) return Failed(plan.status());

  const std::string fingerprint =
      checkpoints_ == nullptr ? ""
                              : FingerprintOf(trial, **data, kernels_.name);
  TrialRecorder recorder(trial, monitor, checkpoints_, fingerprint, clock_);
  const absl::Duration start = clock_.Monotonic();
  const absl::StatusOr<train::TrialOutcome> outcome =
      Train(trial, *plan, **data, recorder, fingerprint);
  if (!outcome.ok()) return Failed(outcome.status());
  recorder.PassOn();
  TrialResult result = FromOutcome(*outcome);
  result.training_time = clock_.Monotonic() - start;
  if (!recorder.model().empty()) {
    result.model = MakeModel(trial, recorder, **data, kernels_.name);
  }
  return result;
}

absl::StatusOr<train::TrialOutcome> LocalTrialRunner::Train(
    const v1::Trial& trial, const train::TrialPlan& plan,
    const train::PreparedData& data, TrialRecorder& recorder,
    absl::string_view fingerprint) {
  std::optional<Checkpoint> checkpoint;
  if (checkpoints_ != nullptr) {
    checkpoint = checkpoints_->Load(trial, fingerprint);
  }
  if (checkpoint.has_value()) {
    LogInfo(trial.name(), " goes on after update ",
            checkpoint->snapshot.update);
    recorder.SetEarlier(checkpoint->measurements);
    absl::StatusOr<train::TrialOutcome> outcome =
        train::Train(plan, data, kernels_, recorder, &checkpoint->snapshot);
    // The plan itself is valid: that was asked before.
    if (!absl::IsInvalidArgument(outcome.status())) return outcome;
    LogWarning(trial.name(), " starts over: ", outcome.status().message());
    recorder.SetEarlier({});
  }
  return train::Train(plan, data, kernels_, recorder);
}

void LocalTrialRunner::Forget(const v1::Trial& trial) {
  if (checkpoints_ != nullptr) checkpoints_->Remove(trial);
}

}  // namespace etalon
