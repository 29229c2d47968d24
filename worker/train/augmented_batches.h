#ifndef ETALON_WORKER_TRAIN_AUGMENTED_BATCHES_H_
#define ETALON_WORKER_TRAIN_AUGMENTED_BATCHES_H_

#include <cstdint>
#include <vector>

#include "worker/train/data/prepared_data.h"
#include "worker/train/input_batch.h"
#include "worker/train/trial_plan.h"

namespace etalon::train {

// Gathers minibatches of the training part as a plan's augmentation has them:
// every image mirrored and moved by chance, on its bytes, before it is
// normalised. Uncovered pixels are the training part's mean at their place,
// rounded to a grey level, and so come out near zero. What happens to an image
// is a pure function of the plan's minibatch seed, the update and its position
// in the minibatch. Not thread-safe; `data` must outlive it.
class AugmentedBatches {
 public:
  // `plan` must be valid on `data`.
  AugmentedBatches(const TrialPlan& plan, const PreparedData& data);

  // Images rows[0 ... count) for update `update` (from 0) and their classes;
  // `count` is the plan's batch size or less.
  Batch Gather(int64_t update, const uint32_t* rows, int64_t count,
               InputBatch<float>& buffer);

 private:
  const AugmentationPlan plan_;
  const uint64_t seed_;
  const PreparedData& data_;
  const ImageShape shape_;
  const std::vector<uint8_t> background_;
  // The batch as bytes, and its classes.
  std::vector<uint8_t> images_;
  std::vector<uint8_t> labels_;
  std::vector<uint32_t> order_;  // 0, 1, ...
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_AUGMENTED_BATCHES_H_
