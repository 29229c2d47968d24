#ifndef ETALON_WORKER_LOCAL_TRIAL_RUNNER_H_
#define ETALON_WORKER_LOCAL_TRIAL_RUNNER_H_

#include <functional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/clock.h"
#include "worker/checkpoints.h"
#include "worker/data_cache.h"
#include "worker/dataset_inventory.h"
#include "worker/group_training.h"
#include "worker/train/kernels/kernels.h"
#include "worker/trial_runner.h"

namespace etalon {

// Trains with the training library, on the calling thread: those that fit
// together side by side, group after group. Goes on from the checkpoint of an
// earlier attempt where there is one. A data set that will not load is marked
// in the inventory. Thread-safe; what it is given must outlive it.
class LocalTrialRunner : public TrialRunner {
 public:
  // How many trials of a plan's shape are trained side by side, at most; pure.
  using WidthRule = std::function<int(const train::TrialPlan& plan,
                                      const train::DataSizes& sizes)>;

  // `checkpoints` may be null: none are written or read.
  LocalTrialRunner(DataCache& cache, DatasetInventory& datasets,
                   const train::KernelSet& kernels,
                   const Checkpoints* checkpoints, const Clock& clock,
                   WidthRule width)
      : cache_(cache),
        datasets_(datasets),
        context_{kernels, checkpoints, clock},
        width_(std::move(width)) {}

  // What runs short of memory alone takes with it what has not begun.
  void Run(const std::vector<TrialRun>& trials, OnTrialEnd on_end) override;
  void Forget(const v1::Trial& trial) override;

 private:
  // Those that can be trained; the others have ended.
  std::vector<ReadyTrial> Prepare(const std::vector<TrialRun>& trials,
                                  OnTrialEnd on_end);
  absl::StatusOr<ReadyTrial> Decode(const TrialRun& run,
                                    DataCache::Data data) const;
  // FAILED_PRECONDITION: the files are at fault, which the inventory now knows.
  // INVALID_ARGUMENT, UNIMPLEMENTED: the description is. RESOURCE_EXHAUSTED.
  absl::StatusOr<DataCache::Data> Load(const v1::Dataset& dataset);

  DataCache& cache_;
  DatasetInventory& datasets_;
  const TrainingContext context_;
  const WidthRule width_;
};

}  // namespace etalon

#endif  // ETALON_WORKER_LOCAL_TRIAL_RUNNER_H_
