#include "worker/local_trial_runner.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "worker/decode_dataset.h"
#include "worker/plan_codec.h"
#include "worker/train/trainer.h"

namespace etalon {
namespace {

// The library's observer, as the rest of the worker has it.
class MonitorObserver : public train::Observer {
 public:
  explicit MonitorObserver(TrialMonitor& monitor) : monitor_(monitor) {}
  void OnMeasurement(const train::Measurement& measurement) override {
    monitor_.OnMeasurement(EncodeMeasurement(measurement));
  }
  bool ShouldStop() override { return monitor_.ShouldStop(); }

 private:
  TrialMonitor& monitor_;
};

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

  MonitorObserver observer(monitor);
  const absl::Duration start = clock_.Monotonic();
  const absl::StatusOr<train::TrialOutcome> outcome =
      train::Train(*plan, **data, kernels_, observer);
  if (!outcome.ok()) return Failed(outcome.status());
  TrialResult result = FromOutcome(*outcome);
  result.training_time = clock_.Monotonic() - start;
  return result;
}

}  // namespace etalon
