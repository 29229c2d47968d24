#ifndef ETALON_WORKER_LOCAL_TRIAL_RUNNER_H_
#define ETALON_WORKER_LOCAL_TRIAL_RUNNER_H_

#include "common/clock.h"
#include "worker/checkpoints.h"
#include "worker/data_cache.h"
#include "worker/dataset_inventory.h"
#include "worker/train/kernels/kernels.h"
#include "worker/trial_recorder.h"
#include "worker/trial_runner.h"

namespace etalon {

// Trains with the training library, on the calling thread. A data set that will
// not load is marked in the inventory. Goes on from the checkpoint of an
// earlier attempt where there is one. Thread-safe; what it is given must
// outlive it.
class LocalTrialRunner : public TrialRunner {
 public:
  // `checkpoints` may be null: none are written or read.
  LocalTrialRunner(DataCache& cache, DatasetInventory& datasets,
                   const train::KernelSet& kernels,
                   const Checkpoints* checkpoints, const Clock& clock)
      : cache_(cache),
        datasets_(datasets),
        kernels_(kernels),
        checkpoints_(checkpoints),
        clock_(clock) {}

  TrialResult Run(const v1::Trial& trial, TrialMonitor& monitor) override;
  void Forget(const v1::Trial& trial) override;

 private:
  // From a checkpoint, if there is one that will do, or else from the start.
  absl::StatusOr<train::TrialOutcome> Train(const v1::Trial& trial,
                                            const train::TrialPlan& plan,
                                            const train::PreparedData& data,
                                            TrialRecorder& recorder,
                                            absl::string_view fingerprint);

  DataCache& cache_;
  DatasetInventory& datasets_;
  const train::KernelSet& kernels_;
  const Checkpoints* const checkpoints_;
  const Clock& clock_;
};

}  // namespace etalon

#endif  // ETALON_WORKER_LOCAL_TRIAL_RUNNER_H_
