#ifndef ETALON_WORKER_TRAIN_LAYERS_LEARNT_ARRAY_H_
#define ETALON_WORKER_TRAIN_LAYERS_LEARNT_ARRAY_H_

#include "worker/train/aligned_array.h"
#include "worker/train/kernels/kernels.h"
#include "worker/train/optimizers/step_rule.h"

namespace etalon::train {

// What a layer of a group learns, beside what its rule remembers of it: the
// moments of an optimiser, or, under kStore, the gradient. All zero at first.
template <typename Scalar>
struct LearntArray {
  LearntArray(Index count, StepRule<Scalar> rule)
      : values(count),
        first_moment(MomentCount<Scalar>(rule) > 0 ? count : 0),
        second_moment(MomentCount<Scalar>(rule) > 1 ? count : 0) {}

  // From number `first` on; without a copy.
  SteppedArrays<Scalar> From(Index first) {
    return {values.data() + first,
            first_moment.empty() ? nullptr : first_moment.data() + first,
            second_moment.empty() ? nullptr : second_moment.data() + first,
            nullptr};
  }

  AlignedArray<Scalar> values;
  AlignedArray<Scalar> first_moment;
  AlignedArray<Scalar> second_moment;
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_LAYERS_LEARNT_ARRAY_H_
