#ifndef ETALON_WORKER_TRAIN_WHY_APART_H_
#define ETALON_WORKER_TRAIN_WHY_APART_H_

#include <string>

#include "worker/train/trial_plan.h"

namespace etalon::train {

// Why two trials on the same data cannot be trained side by side, as the end of
// a sentence ("their hidden layers differ"); empty when they can. What lambda,
// the schedule's rates, initialisation, dropout shares and patience are does
// not matter. The relation is an equivalence.
std::string WhyApart(const TrialPlan& a, const TrialPlan& b);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_WHY_APART_H_
