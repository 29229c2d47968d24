#ifndef ETALON_WORKER_TRAIN_DATA_SPLIT_H_
#define ETALON_WORKER_TRAIN_DATA_SPLIT_H_

#include <cstdint>
#include <vector>

#include "worker/train/data/dataset.h"

namespace etalon::train {

// Images order[first ... first + count) of `all`, of `features` bytes each.
ImageSet SelectImages(const ImageSet& all, int64_t features,
                      const std::vector<uint32_t>& order, int64_t first,
                      int64_t count);

// Cuts a seeded permutation of `pool` into a training part of `train` images,
// or, where that is 0, all that are left, and a validation part of
// `validation`. The pool must hold as many.
struct TrainingParts {
  ImageSet train;
  ImageSet validation;
};
TrainingParts SplitImages(const ImageSet& pool, int64_t features, int64_t train,
                          int64_t validation, uint64_t seed);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_DATA_SPLIT_H_
