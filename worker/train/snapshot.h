#ifndef ETALON_WORKER_TRAIN_SNAPSHOT_H_
#define ETALON_WORKER_TRAIN_SNAPSHOT_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "worker/train/tensor.h"

namespace etalon::train {

// What early stopping remembers.
struct BestSoFar {
  int64_t update = 0;             // that the best weights were measured after
  double accuracy = 0;            // theirs on the validation part
  int64_t evaluations_since = 0;  // none of them better
  std::vector<Tensor> network;    // parameters and running statistics
};

// All that a trial needs to go on after an update and what was measured then.
// Whatever is random is a pure function of the plan's seeds and the number of
// the update, so that no generator has a state to keep. A plain value.
struct Snapshot {
  int64_t update = 0;             // updates made, 1 or more
  std::vector<Tensor> network;    // parameters, then running statistics
  std::vector<Tensor> optimizer;  // moments; none for plain gradient descent
  // With early stopping, once there was an evaluation.
  std::optional<BestSoFar> best;
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_SNAPSHOT_H_
