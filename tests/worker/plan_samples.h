#ifndef ETALON_TESTS_WORKER_PLAN_SAMPLES_H_
#define ETALON_TESTS_WORKER_PLAN_SAMPLES_H_

#include "etalon/v1/trial.pb.h"
#include "worker/train/trial_plan.h"

namespace etalon::testing {

// A trial that can be trained, as the coordinator sends it: every default
// filled in, a constant rate, 2 epochs of 400 synthetic images.
v1::Trial SampleTrial();

// Sizes of its data.
train::DataSizes SampleSizes();

}  // namespace etalon::testing

#endif  // ETALON_TESTS_WORKER_PLAN_SAMPLES_H_
