#ifndef ETALON_WORKER_TRAIN_DATA_DATASET_SPEC_H_
#define ETALON_WORKER_TRAIN_DATA_DATASET_SPEC_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"

namespace etalon::train {

inline constexpr int kCifar10Batches = 5;
inline constexpr int64_t kCifar10BatchImages = 10'000;
inline constexpr int64_t kCifar100TrainImages = 50'000;
inline constexpr int64_t kMnistTrainImages = 60'000;

// In all of them `path` is the folder of the files below the data directory, as
// CheckRelativePath has it; "": where they usually are. `seed` chooses which
// images of the training files train and which validate.

// CIFAR-10 from its binary files; test_batch is always the test part.
struct Cifar10Spec {
  // Numbers n of the files data_batch_n.bin, 1 to 5, that training images come
  // from.
  std::vector<int> batches = {1, 2, 3, 4, 5};
  // Files that validation images come from; empty: `batches` too, no image
  // twice.
  std::vector<int> validation_batches = {};
  // Images to take, chosen by `seed`; 0: all that there are (of `train`: all
  // that `validation` leaves). Without validation_batches `validation` is
  // needed.
  int64_t train = 0;
  int64_t validation = 0;
  uint64_t seed = 0;
  std::string path = {};
};

// CIFAR-100 from its binary files.
struct Cifar100Spec {
  // The 20 superclasses in place of the 100 classes.
  bool coarse_labels = false;
  int64_t train = 0;  // 0: all that `validation` leaves
  int64_t validation = 0;
  uint64_t seed = 0;
  std::string path = {};
};

// Four files of the IDX family, see idx_dataset.h.
struct IdxSpec {
  // What is to be found there; kOther: whatever is, and `path` is needed.
  enum class Kind { kMnist, kFashionMnist, kOther };
  Kind kind = Kind::kOther;
  int64_t train = 0;  // 0: all that `validation` leaves
  int64_t validation = 0;
  uint64_t seed = 0;
  std::string path = {};
};

// Generated images, see synthetic.h. Image i of a part depends on the seed, the
// part and i alone.
struct SyntheticSpec {
  int64_t train = 8000;
  int64_t validation = 2000;
  int64_t test = 2000;
  uint64_t seed = 0;
};

using DatasetSpec =
    std::variant<Cifar10Spec, Cifar100Spec, IdxSpec, SyntheticSpec>;

// More generated images than this are refused (600 MB).
inline constexpr int64_t kMaxSyntheticImages = 200'000;

// INVALID_ARGUMENT naming the first field that is wrong, and its value.
absl::Status ValidateDataset(const DatasetSpec& spec);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_DATA_DATASET_SPEC_H_
