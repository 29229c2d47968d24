#ifndef ETALON_WORKER_TRIAL_RECORDER_H_
#define ETALON_WORKER_TRIAL_RECORDER_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/clock.h"
#include "worker/checkpoints.h"
#include "worker/train/trainer.h"
#include "worker/trial_runner.h"

namespace etalon {

// Where the training library's trial meets the worker: hands measurements to
// the monitor, writes a checkpoint every so often, and keeps what the trial
// ends with. Not thread-safe; borrows all it is given.
class TrialRecorder : public train::Observer {
 public:
  // `checkpoints` may be null: none are written.
  TrialRecorder(const v1::Trial& trial, TrialMonitor& monitor,
                const Checkpoints* checkpoints, std::string fingerprint,
                const Clock& clock);

  // The trial goes on after these, which an earlier attempt made. The monitor
  // gets them before the next one, or by PassOn.
  void SetEarlier(std::vector<v1::Measurement> measurements);
  // Hands the monitor what it has not got.
  void PassOn();

  const std::vector<v1::Measurement>& measurements() const {
    return measurements_;
  }
  // Of a finished trial whose stage keeps models; else empty.
  const std::vector<train::Tensor>& model() const { return model_; }

  void OnMeasurement(const train::Measurement& measurement) override;
  bool ShouldStop() override { return monitor_.ShouldStop(); }
  bool WantsSnapshot() override;
  void OnSnapshot(train::Snapshot snapshot) override;
  bool WantsModel() override;
  void OnModel(std::vector<train::Tensor> model) override;

 private:
  const v1::Trial& trial_;
  TrialMonitor& monitor_;
  const Checkpoints* const checkpoints_;
  const std::string fingerprint_;
  const Clock& clock_;
  absl::Duration due_;  // of the next checkpoint
  bool told_of_failure_ = false;
  std::vector<v1::Measurement> measurements_;
  size_t passed_on_ = 0;
  std::vector<train::Tensor> model_;
};

}  // namespace etalon

#endif  // ETALON_WORKER_TRIAL_RECORDER_H_
