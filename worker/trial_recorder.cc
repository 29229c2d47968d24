#include "worker/trial_recorder.h"

#include <utility>

#include "common/log.h"
#include "worker/plan_codec.h"
#include "worker/thresholds.h"

namespace etalon {

TrialRecorder::TrialRecorder(const v1::Trial& trial, TrialMonitor& monitor,
                             const Checkpoints* checkpoints,
                             CheckpointTimer* timer, std::string fingerprint)
    : trial_(trial),
      monitor_(monitor),
      checkpoints_(checkpoints),
      timer_(timer),
      fingerprint_(std::move(fingerprint)) {}

void TrialRecorder::SetEarlier(std::vector<v1::Measurement> measurements) {
  measurements_ = std::move(measurements);
}

void TrialRecorder::PassOn() {
  while (passed_on_ < measurements_.size()) {
    monitor_.OnMeasurement(measurements_[passed_on_]);
    ++passed_on_;
  }
}

void TrialRecorder::OnMeasurement(const train::Measurement& measurement) {
  measurements_.push_back(EncodeMeasurement(measurement));
  PassOn();
}

bool TrialRecorder::EndsEarly() {
  return EndsAtThreshold(trial_, measurements_);
}

bool TrialRecorder::WantsSnapshot() {
  return timer_ != nullptr && round_ < timer_->Round();
}

void TrialRecorder::OnSnapshot(train::Snapshot snapshot) {
  const absl::Status status = checkpoints_->Save(
      trial_, {fingerprint_, std::move(snapshot), measurements_});
  // One line tells of one trouble.
  if (!status.ok() && !told_of_failure_) {
    LogWarning(trial_.name(),
               " goes on without a checkpoint: ", status.message());
    told_of_failure_ = true;
  }
  round_ = timer_->Round();
  timer_->NoteWritten();
}

bool TrialRecorder::WantsModel() {
  const v1::KeepModel policy = trial_.training().keep_model();
  return policy == v1::KEEP_BEST || policy == v1::KEEP_ALL;
}

void TrialRecorder::OnModel(std::vector<train::Tensor> model) {
  model_ = std::move(model);
}

}  // namespace etalon
