#ifndef ETALON_WORKER_TRAIN_DATA_LOAD_DATASET_H_
#define ETALON_WORKER_TRAIN_DATA_LOAD_DATASET_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "worker/train/data/dataset_spec.h"
#include "worker/train/data/prepared_data.h"

namespace etalon::train {

// Reads or generates the data set of `spec`. `data_directory` holds CIFAR-10's
// binary files itself or in a folder cifar-10-batches-bin; `synthetic` does not
// read it. Blocks for the read (about a second). The result is shared: every
// trial on the same data reads the one copy, 3 KB an image.
// INVALID_ARGUMENT from ValidateDataset; NOT_FOUND for a missing folder or
// file, PERMISSION_DENIED for one that may not be read, DATA_LOSS for a file of
// the wrong size or a label out of range.
absl::StatusOr<std::shared_ptr<const PreparedData>> LoadDataset(
    const DatasetSpec& spec, const std::string& data_directory);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_DATA_LOAD_DATASET_H_
