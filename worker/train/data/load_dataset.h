#ifndef ETALON_WORKER_TRAIN_DATA_LOAD_DATASET_H_
#define ETALON_WORKER_TRAIN_DATA_LOAD_DATASET_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "worker/train/data/dataset_spec.h"
#include "worker/train/data/prepared_data.h"

namespace etalon::train {

// Reads or generates the data set of `spec`, from files in the worker's data
// directory: cifar10.h, cifar100.h and idx_dataset.h say where in it. Blocks
// for the read (about a second). The result is shared: every trial on the same
// data reads the one copy, a byte for each number of an image. INVALID_ARGUMENT
// from ValidateDataset, or where the files have fewer images than are asked
// for; NOT_FOUND for a missing folder or file, PERMISSION_DENIED for one that
// may not be read, DATA_LOSS for one that is not what it should be;
// RESOURCE_EXHAUSTED when memory is short.
absl::StatusOr<std::shared_ptr<const PreparedData>> LoadDataset(
    const DatasetSpec& spec, const std::string& data_directory);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_DATA_LOAD_DATASET_H_
