#ifndef ETALON_WORKER_TRAIN_DATA_CIFAR10_H_
#define ETALON_WORKER_TRAIN_DATA_CIFAR10_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "worker/train/data/dataset.h"
#include "worker/train/data/dataset_spec.h"

namespace etalon::train {

// A binary file of CIFAR-10 holds this many records of a label byte and
// kImageFeatures pixels (https://www.cs.toronto.edu/~kriz/cifar.html, "binary
// version").
inline constexpr int64_t kCifar10FileRecords = 10'000;
inline constexpr int64_t kCifar10RecordBytes = 1 + kImageFeatures;
inline constexpr int64_t kCifar10FileBytes =
    kCifar10FileRecords * kCifar10RecordBytes;

// Appends the records of one file to `images`. Never waits for a pipe or a
// device: only regular files are read. NOT_FOUND when there is none,
// PERMISSION_DENIED when it may not be read, DATA_LOSS when its size is not
// kCifar10FileBytes or a label is above 9.
absl::Status AppendCifar10File(const std::string& path, ImageSet& images);

// Reads the files that `spec`, which must be valid, names from `directory` or
// its folder cifar-10-batches-bin, and splits them. Errors as above.
absl::StatusOr<Dataset> ReadCifar10(const Cifar10Spec& spec,
                                    const std::string& directory);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_DATA_CIFAR10_H_
