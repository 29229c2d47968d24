#ifndef ETALON_WORKER_TRAIN_DATA_DATASET_H_
#define ETALON_WORKER_TRAIN_DATA_DATASET_H_

#include <cstdint>
#include <vector>

#include "worker/train/data/image_shape.h"

namespace etalon::train {

// Labelled images of one byte a number: row i of `images` (size() x features,
// row-major) shows class labels[i].
struct ImageSet {
  std::vector<uint8_t> images;
  std::vector<uint8_t> labels;

  int64_t size() const { return static_cast<int64_t>(labels.size()); }
};

// A data set in its three parts, as bytes.
struct Dataset {
  ImageShape shape;
  int64_t classes = 0;
  ImageSet train;
  ImageSet validation;
  ImageSet test;
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_DATA_DATASET_H_
