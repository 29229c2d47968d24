#ifndef ETALON_WORKER_TRAIN_DATA_PREPARED_DATA_H_
#define ETALON_WORKER_TRAIN_DATA_PREPARED_DATA_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "worker/train/data/dataset.h"
#include "worker/train/input_batch.h"
#include "worker/train/trial_plan.h"

namespace etalon::train {

// A data set ready to train on: its bytes, and the training part's mean and
// deviation per feature, by which every part is normalised. Normalising happens
// as images are gathered into a batch, so that the whole of CIFAR-10 takes 184
// MB and not the 737 MB of float32. Immutable: any number of threads may share
// it.
class PreparedData {
 public:
  // Deviations, in grey levels of 255, are taken to be at least this: a feature
  // that is constant, or varies by less than the images' resolution, is
  // centred and left at its own scale.
  static constexpr double kDeviationFloor = 1.0;

  // INVALID_ARGUMENT when the training or validation part is empty, an array's
  // size does not fit, or a label is not below the number of classes.
  static absl::StatusOr<PreparedData> Create(Dataset dataset);

  const ImageSet& train() const { return dataset_.train; }
  const ImageSet& validation() const { return dataset_.validation; }
  const ImageSet& test() const { return dataset_.test; }
  DataSizes sizes() const;

  // Per feature, in grey levels.
  const std::vector<float>& mean() const { return mean_; }
  const std::vector<float>& inverse_deviation() const {
    return inverse_deviation_;
  }

  // Images rows[0 ... count) of `part`, normalised, and their classes.
  Batch Gather(const ImageSet& part, const uint32_t* rows, int64_t count,
               InputBatch<float>& buffer) const;

 private:
  explicit PreparedData(Dataset dataset);

  Dataset dataset_;
  std::vector<float> mean_;
  std::vector<float> inverse_deviation_;
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_DATA_PREPARED_DATA_H_
