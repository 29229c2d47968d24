#ifndef ETALON_WORKER_TRAIN_AUGMENTATION_H_
#define ETALON_WORKER_TRAIN_AUGMENTATION_H_

#include <cstdint>
#include <vector>

#include "worker/train/data/image_shape.h"
#include "worker/train/trial_plan.h"

namespace etalon::train {

// What is done to one image: it is mirrored left to right or not, and then
// moved `right` and `down` by so many pixels, which may be negative.
struct ImageTransform {
  bool mirror = false;
  int64_t right = 0;
  int64_t down = 0;
};

// The transforms of the `count` images of the minibatch of update `update`
// (from 0), a pure function of the arguments: independent and uniform over what
// `plan` allows.
std::vector<ImageTransform> DrawTransforms(const AugmentationPlan& plan,
                                           uint64_t seed, int64_t update,
                                           int64_t count);

// Writes `image` under `transform` to `output`; pixels that it uncovers are
// those of `background`. All three hold shape.Features() bytes and do not
// overlap. `transform` moves by less than the image's height and width.
void TransformImage(const ImageShape& shape, const ImageTransform& transform,
                    const uint8_t* image, const uint8_t* background,
                    uint8_t* output);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_AUGMENTATION_H_
