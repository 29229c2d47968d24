#ifndef ETALON_WORKER_TRAIN_OPTIMIZERS_STEP_TABLE_H_
#define ETALON_WORKER_TRAIN_OPTIMIZERS_STEP_TABLE_H_

#include <vector>

#include "worker/train/aligned_array.h"
#include "worker/train/kernels/kernels.h"
#include "worker/train/layers/columns.h"
#include "worker/train/optimizers/member_step.h"
#include "worker/train/optimizers/step_rule.h"

namespace etalon::train {

// The steps of a group's members, spread over the columns of one layer. Not
// thread-safe.
template <typename Scalar>
class StepTable {
 public:
  StepTable(const Columns& columns, StepRule<Scalar> rule);

  // One step for each member.
  void Set(const std::vector<MemberStep>& steps);

  // For weights, from column `first` on.
  ColumnSteps<Scalar> Penalized(Index first) const;
  // For what has no L2 term.
  ColumnSteps<Scalar> Unpenalized() const;

 private:
  const Columns columns_;
  const StepRule<Scalar> rule_;
  // One number for each column; padding has the last member's.
  AlignedArray<Scalar> eta_, decay_, penalty_, momentum_, ahead_, along_;
  AlignedArray<Scalar> first_rate_, second_rate_, second_scale_, epsilon_;
  const AlignedArray<Scalar> zero_;
};

extern template class StepTable<float>;
extern template class StepTable<double>;

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_OPTIMIZERS_STEP_TABLE_H_
