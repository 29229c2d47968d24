#ifndef ETALON_WORKER_TRAIN_DATA_CIFAR100_H_
#define ETALON_WORKER_TRAIN_DATA_CIFAR100_H_

#include <string>

#include "absl/status/statusor.h"
#include "worker/train/data/cifar_file.h"
#include "worker/train/data/dataset.h"
#include "worker/train/data/dataset_spec.h"

namespace etalon::train {

// A record of CIFAR-100 has the superclass (20) before the class (100).
constexpr CifarFormat Cifar100Format(int64_t records, bool coarse_labels) {
  return {.records = records,
          .labels = 2,
          .label = coarse_labels ? 0 : 1,
          .classes = coarse_labels ? 20 : 100};
}
inline constexpr int64_t kCifar100TestImages = 10'000;

// Reads train.bin and test.bin and splits the former by `spec`, which must be
// valid. They stand in `spec.path` below `directory`, or without a path in
// `directory` or its folder cifar-100-binary. Errors as of AppendCifarFile.
absl::StatusOr<Dataset> ReadCifar100(const Cifar100Spec& spec,
                                     const std::string& directory);

// Whether both files are where ReadCifar100 would look for them without a path,
// readable and of the right size. Reads none of them.
absl::Status ProbeCifar100(const std::string& directory);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_DATA_CIFAR100_H_
