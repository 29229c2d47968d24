#ifndef ETALON_WORKER_TRIAL_RECORDER_H_
#define ETALON_WORKER_TRIAL_RECORDER_H_

#include <string>
#include <utility>
#include <vector>

#include "worker/checkpoint_timer.h"
#include "worker/checkpoints.h"
#include "worker/train/trainer.h"
#include "worker/trial_runner.h"

namespace etalon {

// Where the training library's trial meets the worker: hands measurements to
// the monitor, ends the trial by its thresholds, writes a checkpoint every so
// often, and keeps what the trial ends with. Not thread-safe; borrows all it is
// given.
class TrialRecorder : public train::Observer {
 public:
  // `checkpoints` may be null: none are written. `timer` is that of the trial's
  // group, and null with it.
  TrialRecorder(const v1::Trial& trial, TrialMonitor& monitor,
                const Checkpoints* checkpoints, CheckpointTimer* timer,
                std::string fingerprint);

  // The trial goes on after these, which an earlier attempt made. The monitor
  // gets them before the next one, or by PassOn, but none twice where the trial
  // is trained again.
  void SetEarlier(std::vector<v1::Measurement> measurements);
  // Hands the monitor what it has not got.
  void PassOn();

  const std::vector<v1::Measurement>& measurements() const {
    return measurements_;
  }
  // Of a suspended trial; once.
  train::Snapshot TakeSuspended() { return std::move(suspended_); }
  // Of a finished trial whose stage keeps models; else empty.
  const std::vector<train::Tensor>& model() const { return model_; }

  void OnMeasurement(const train::Measurement& measurement) override;
  bool EndsEarly() override;
  bool ShouldStop() override { return monitor_.ShouldStop(); }
  bool WantsSnapshot() override;
  void OnSnapshot(train::Snapshot snapshot) override;
  void OnSuspended(train::Snapshot snapshot) override {
    suspended_ = std::move(snapshot);
  }
  bool WantsModel() override;
  void OnModel(std::vector<train::Tensor> model) override;

 private:
  const v1::Trial& trial_;
  TrialMonitor& monitor_;
  const Checkpoints* const checkpoints_;
  CheckpointTimer* const timer_;
  const std::string fingerprint_;
  int round_ = 0;  // the timer's, in which it last wrote
  bool told_of_failure_ = false;
  std::vector<v1::Measurement> measurements_;
  size_t passed_on_ = 0;
  std::vector<train::Tensor> model_;
  train::Snapshot suspended_;
};

}  // namespace etalon

#endif  // ETALON_WORKER_TRIAL_RECORDER_H_
