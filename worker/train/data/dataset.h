#ifndef ETALON_WORKER_TRAIN_DATA_DATASET_H_
#define ETALON_WORKER_TRAIN_DATA_DATASET_H_

#include <cstdint>
#include <vector>

namespace etalon::train {

// The images of both data sets: 32 x 32 pixels, three channels, one byte each,
// channel by channel and row by row as in CIFAR-10's binary files; ten classes.
inline constexpr int64_t kImageSide = 32;
inline constexpr int64_t kImageFeatures = 3 * kImageSide * kImageSide;
inline constexpr int64_t kImageClasses = 10;

// Labelled images: row i of `images` (size() x features, row-major) shows class
// labels[i].
struct ImageSet {
  std::vector<uint8_t> images;
  std::vector<uint8_t> labels;

  int64_t size() const { return static_cast<int64_t>(labels.size()); }
};

// A data set in its three parts, as bytes.
struct Dataset {
  int64_t features = kImageFeatures;
  int64_t classes = kImageClasses;
  ImageSet train;
  ImageSet validation;
  ImageSet test;
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_DATA_DATASET_H_
