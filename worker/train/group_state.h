#ifndef ETALON_WORKER_TRAIN_GROUP_STATE_H_
#define ETALON_WORKER_TRAIN_GROUP_STATE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "worker/train/kernels/kernels.h"
#include "worker/train/network.h"
#include "worker/train/trial_plan.h"

namespace etalon::train {

// What changes while a group of trials trains: their networks, what their
// optimisers remember and how far they have come. Knows nothing of where
// batches come from or when to measure. Trials train in float; double is for
// checks. Not thread-safe.
template <typename Scalar>
class GroupState {
 public:
  // `plans`, one or more, must be valid for `sizes` and WhyApart find nothing
  // between them; they are copied. Batches may have up to `max_rows` rows.
  // `kernels` must outlive the state.
  GroupState(std::vector<TrialPlan> plans, const DataSizes& sizes,
             const Kernels<Scalar>& kernels, Index max_rows);

  // Makes the next update of all members with `batch`. A member whose loss is
  // not finite has diverged and must not go on: see Keep.
  [[nodiscard]] const std::vector<Tally>& Step(const Batch& batch);

  // A group of the members whose indices are given, one or more, as they are.
  std::unique_ptr<GroupState> Keep(const std::vector<size_t>& members);

  // Goes on after `update` updates, 0 or more; the network is the caller's to
  // set.
  void SetUpdate(int64_t update) { update_ = update; }

  // Steps asked for so far, one that diverged included.
  int64_t update() const { return update_; }
  // Of a member's latest step; before the first, of the first.
  double LearningRate(size_t member) const;
  // What a member's update `update` = 1, 2, ... draws its dropped units from.
  uint64_t DropoutSeed(size_t member, int64_t update) const;

  size_t members() const { return plans_.size(); }
  const TrialPlan& plan(size_t member) const { return plans_[member]; }
  Network<Scalar>& network() { return network_; }

 private:
  const std::vector<TrialPlan> plans_;
  const DataSizes sizes_;
  const Kernels<Scalar>* kernels_;
  const Index max_rows_;
  const int64_t updates_per_epoch_;
  Network<Scalar> network_;
  int64_t update_ = 0;
  // Of the step being made, one for each member.
  std::vector<uint64_t> dropout_seeds_;
  std::vector<MemberStep> steps_;
};

extern template class GroupState<float>;
extern template class GroupState<double>;

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_GROUP_STATE_H_
