#ifndef ETALON_WORKER_TRAIN_EVALUATION_H_
#define ETALON_WORKER_TRAIN_EVALUATION_H_

#include <cstdint>

#include "worker/train/kernels/kernels.h"
#include "worker/train/measurement.h"
#include "worker/train/trial_plan.h"

namespace etalon::train {

// Whether `plan` has the network measured after `update` = 1, 2, ... updates,
// an epoch holding `updates_per_epoch`. Of a period of L updates the c
// evaluations follow updates ceil(L/c), ceil(2L/c), ..., L of it; the last
// update of all is always measured. Cycles begin after the warm-up. `plan` must
// be valid.
bool EvaluationDue(const TrialPlan& plan, int64_t updates_per_epoch,
                   int64_t update);

// The score of a network with these squared weights that got `tally` on
// `images` >= 1 images. Not finite if the tally's loss is not.
Score MakeScore(const Tally& tally, int64_t images, double lambda,
                double squared_weights);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_EVALUATION_H_
