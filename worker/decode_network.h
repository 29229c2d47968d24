#ifndef ETALON_WORKER_DECODE_NETWORK_H_
#define ETALON_WORKER_DECODE_NETWORK_H_

#include "absl/status/statusor.h"
#include "etalon/v1/training.pb.h"
#include "worker/train/network_spec.h"
#include "worker/train/optimizers/optimizer_spec.h"

namespace etalon {

// Parts of DecodePlan, with its codes. Ranges are left to train::Validate.

absl::StatusOr<train::NetworkSpec> DecodeNetwork(const v1::Network& network);

absl::StatusOr<train::OptimizerSpec> DecodeOptimizer(
    const v1::Optimizer& optimizer);

}  // namespace etalon

#endif  // ETALON_WORKER_DECODE_NETWORK_H_
