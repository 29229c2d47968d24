#ifndef ETALON_WORKER_FUSION_WIDTH_H_
#define ETALON_WORKER_FUSION_WIDTH_H_

#include <cstdint>

#include "worker/train/trial_plan.h"

namespace etalon {

// What of a machine decides how many trials are best trained side by side.
struct TrainingMachine {
  // Groups of trials that train at the same time, one thread each.
  int threads = 1;
  // Last-level cache, which the threads share; 0: not known, taken for 16 MiB.
  int64_t cache_bytes = 0;
  // 0: not known, taken for no bound.
  int64_t memory_bytes = 0;
};

// This one. What the system does not tell stays 0.
TrainingMachine ThisMachine(int threads);

// The most that FusionWidth gives: what a thread leases before it knows the
// trials' shape.
inline constexpr int kMaxFusionWidth = 16;

// How many trials of the shape of `plan`, on data of `sizes`, one thread of
// `machine` should train side by side, 1 to kMaxFusionWidth: as many as bring
// the first layers' units to 512 together, where padding and the work that is
// shared no longer show, but no more than leave what all threads' groups touch
// in every update in the cache, and all that they keep in a quarter of the
// memory. `plan` must be valid for `sizes`. Pure.
int FusionWidth(const train::TrialPlan& plan, const train::DataSizes& sizes,
                const TrainingMachine& machine);

}  // namespace etalon

#endif  // ETALON_WORKER_FUSION_WIDTH_H_
