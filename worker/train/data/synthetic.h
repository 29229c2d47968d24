#ifndef ETALON_WORKER_TRAIN_DATA_SYNTHETIC_H_
#define ETALON_WORKER_TRAIN_DATA_SYNTHETIC_H_

#include <cstdint>

#include "worker/train/data/dataset.h"
#include "worker/train/data/dataset_spec.h"
#include "worker/train/data/image_shape.h"

namespace etalon::train {

// As CIFAR-10's.
inline constexpr ImageShape kSyntheticShape = {3, 32, 32};
inline constexpr int64_t kSyntheticClasses = 10;

// Generates the `synthetic` data set: labelled images that need no download,
// hard enough for the learning rate and the penalty to matter. Every class has
// several smooth prototypes; an image shows one of them shifted, at some
// contrast and brightness, under a distractor pattern that all classes share
// and under noise, and some labels are random. Identical to the bit on every
// machine: only integers and the four rounded operations of IEEE 754 go into a
// pixel. `spec` must be valid.
Dataset GenerateSynthetic(const SyntheticSpec& spec);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_DATA_SYNTHETIC_H_
