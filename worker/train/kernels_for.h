#ifndef ETALON_WORKER_TRAIN_KERNELS_FOR_H_
#define ETALON_WORKER_TRAIN_KERNELS_FOR_H_

#include "worker/train/kernels/kernels.h"
#include "worker/train/trial_plan.h"

namespace etalon::train {

// The kernels that a trial of this precision is trained and evaluated with.
inline const Kernels<float>& KernelsFor(Precision precision,
                                        const KernelSet& kernels) {
  return precision == Precision::kBfloat16 ? kernels.bfloat16 : kernels.float32;
}

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_FOR_H_
