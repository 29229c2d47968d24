#ifndef ETALON_WORKER_TRAIN_TRIAL_STATE_H_
#define ETALON_WORKER_TRAIN_TRIAL_STATE_H_

#include <cstdint>
#include <memory>

#include "worker/train/kernels/kernels.h"
#include "worker/train/network.h"
#include "worker/train/optimizers/optimizer.h"
#include "worker/train/trial_plan.h"

namespace etalon::train {

// What changes while a trial trains: its network, what its optimiser remembers
// and how far it has come. Knows nothing of where batches come from or when to
// measure, so that whoever drives it may share one gathered batch among several
// trials. Trials train in float; double is for checks. Not thread-safe.
template <typename Scalar>
class TrialState {
 public:
  // `plan` must be valid for `sizes`; batches may have up to `max_rows` rows.
  // `kernels` must outlive the state.
  TrialState(const TrialPlan& plan, const DataSizes& sizes,
             const Kernels<Scalar>& kernels, Index max_rows);

  // Makes the next update with `batch`. False when its loss is not finite: the
  // trial has diverged, the network stays as it was and must not go on.
  [[nodiscard]] bool Step(const Batch<Scalar>& batch);

  // Goes on after `update` updates, 0 or more; network and optimiser are the
  // caller's to set.
  void SetUpdate(int64_t update);

  // Steps asked for so far, one that diverged included.
  int64_t update() const { return update_; }
  // Of the latest step; before the first, of the first.
  double learning_rate() const { return learning_rate_; }
  // What update `update` = 1, 2, ... draws its dropped units from.
  uint64_t DropoutSeed(int64_t update) const;

  Network<Scalar>& network() { return network_; }
  // Null for gradient descent without momentum.
  Optimizer<Scalar>* optimizer() { return optimizer_.get(); }

 private:
  const double lambda_;
  const Schedule schedule_;
  const int64_t updates_per_epoch_;
  const uint64_t dropout_seed_;
  Network<Scalar> network_;
  const std::unique_ptr<Optimizer<Scalar>> optimizer_;
  int64_t update_ = 0;
  double learning_rate_;
};

extern template class TrialState<float>;
extern template class TrialState<double>;

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_TRIAL_STATE_H_
