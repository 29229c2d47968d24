#ifndef ETALON_WORKER_TRAIN_TRIAL_STATE_H_
#define ETALON_WORKER_TRAIN_TRIAL_STATE_H_

#include <cstdint>

#include "worker/train/kernels/kernels.h"
#include "worker/train/network.h"
#include "worker/train/trial_plan.h"

namespace etalon::train {

// What changes while a trial trains: its network and how far it has come. Knows
// nothing of where batches come from or when to measure, so that whoever drives
// it may share one gathered batch among several trials. Not thread-safe.
class TrialState {
 public:
  // `plan` must be valid for `sizes`; batches may have up to `max_rows` rows.
  // `kernels` must outlive the state.
  TrialState(const TrialPlan& plan, const DataSizes& sizes,
             const Kernels<float>& kernels, Index max_rows);

  // Makes the next update with `batch`. False when its loss is not finite: the
  // trial has diverged, the network stays as it was and must not go on.
  [[nodiscard]] bool Step(const Batch<float>& batch);

  // Classifies `batch` with the network as it is.
  Tally Evaluate(const Batch<float>& batch) { return network_.Evaluate(batch); }

  // Steps asked for so far, one that diverged included.
  int64_t update() const { return update_; }
  // Of the latest step; before the first, of the first.
  double learning_rate() const { return learning_rate_; }
  double SquaredWeights() const { return network_.SquaredWeights(); }

 private:
  const double lambda_;
  const Schedule schedule_;
  const int64_t updates_per_epoch_;
  Network<float> network_;
  int64_t update_ = 0;
  double learning_rate_;
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_TRIAL_STATE_H_
