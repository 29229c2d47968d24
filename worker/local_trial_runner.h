#ifndef ETALON_WORKER_LOCAL_TRIAL_RUNNER_H_
#define ETALON_WORKER_LOCAL_TRIAL_RUNNER_H_

#include "common/clock.h"
#include "worker/data_cache.h"
#include "worker/dataset_inventory.h"
#include "worker/train/kernels/kernels.h"
#include "worker/trial_runner.h"

namespace etalon {

// Trains with the training library, on the calling thread. A data set that will
// not load is marked in the inventory. Thread-safe; the references must outlive
// it.
class LocalTrialRunner : public TrialRunner {
 public:
  LocalTrialRunner(DataCache& cache, DatasetInventory& datasets,
                   const train::Kernels<float>& kernels, const Clock& clock)
      : cache_(cache), datasets_(datasets), kernels_(kernels), clock_(clock) {}

  TrialResult Run(const v1::Trial& trial, TrialMonitor& monitor) override;

 private:
  DataCache& cache_;
  DatasetInventory& datasets_;
  const train::Kernels<float>& kernels_;
  const Clock& clock_;
};

}  // namespace etalon

#endif  // ETALON_WORKER_LOCAL_TRIAL_RUNNER_H_
