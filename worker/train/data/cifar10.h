#ifndef ETALON_WORKER_TRAIN_DATA_CIFAR10_H_
#define ETALON_WORKER_TRAIN_DATA_CIFAR10_H_

#include <string>

#include "absl/status/statusor.h"
#include "worker/train/data/cifar_file.h"
#include "worker/train/data/dataset.h"
#include "worker/train/data/dataset_spec.h"

namespace etalon::train {

inline constexpr CifarFormat kCifar10Format = {
    .records = 10'000, .labels = 1, .label = 0, .classes = 10};

// Reads the files that `spec`, which must be valid, names and splits them. They
// stand in `spec.path` below `directory`, or without a path in `directory` or
// its folder cifar-10-batches-bin. Errors as of AppendCifarFile.
absl::StatusOr<Dataset> ReadCifar10(const Cifar10Spec& spec,
                                    const std::string& directory);

// Whether all six files are where ReadCifar10 would look for them without a
// path, readable and of the right size. Reads none of them.
absl::Status ProbeCifar10(const std::string& directory);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_DATA_CIFAR10_H_
