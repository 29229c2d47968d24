#ifndef ETALON_WORKER_TRAIN_EVALUATE_NETWORK_H_
#define ETALON_WORKER_TRAIN_EVALUATE_NETWORK_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "worker/train/data/prepared_data.h"
#include "worker/train/kernels/kernels.h"
#include "worker/train/measurement.h"
#include "worker/train/tensor.h"
#include "worker/train/trial_plan.h"

namespace etalon::train {

// A network on every part of a data set. Not finite where its loss is not.
struct PartScores {
  Score training;
  Score validation;
  std::optional<Score> test;  // where the data set has test images
};

// The scores of the network that `plan` trains, with the parameters and
// statistics `state`: to the bit those of the trial that ended with them on the
// same data and kernels. Blocks for three evaluations.
// INVALID_ARGUMENT from Validate, or when `state` does not fit the network;
// RESOURCE_EXHAUSTED when memory for it cannot be had.
absl::StatusOr<PartScores> EvaluateNetwork(const TrialPlan& plan,
                                           const std::vector<Tensor>& state,
                                           const PreparedData& data,
                                           const KernelSet& kernels);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_EVALUATE_NETWORK_H_
