#ifndef ETALON_TESTS_STORAGE_SAMPLES_H_
#define ETALON_TESTS_STORAGE_SAMPLES_H_

#include <string>
#include <vector>

#include "etalon/v1/search.pb.h"
#include "etalon/v1/trial.pb.h"
#include "storage/transaction.h"

namespace etalon::testing {

// Data for tests of storage.

// Two stages, "coarse" and "final"; parameters lambda, eta, depth and
// activation, one of each kind.
v1::SearchSpec SampleSpec(const std::string& name);
std::vector<NewStage> SampleStages();
std::vector<v1::Parameter> SampleBox();
// Of index 0 ... count-1, each with `replicates` replicates.
std::vector<NewConfiguration> SampleConfigurations(int count, int replicates);

// After `update` updates, on the training and the validation images.
v1::Measurement SampleMeasurement(int64_t update, double validation_accuracy);
TrialEnd SampleSuccess(double validation_accuracy);
TrialEnd SampleDivergence(int64_t update);
v1::Failure SampleFailure(v1::Failure::Reason reason,
                          const std::string& message);

}  // namespace etalon::testing

#endif  // ETALON_TESTS_STORAGE_SAMPLES_H_
