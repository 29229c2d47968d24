#ifndef ETALON_WORKER_TRAIN_DATA_IMAGE_SHAPE_H_
#define ETALON_WORKER_TRAIN_DATA_IMAGE_SHAPE_H_

#include <cstdint>

namespace etalon::train {

// How the numbers of an image lie: channel by channel, each channel row by row
// from the top, each row from the left.
struct ImageShape {
  int64_t channels = 0;
  int64_t height = 0;
  int64_t width = 0;

  // Numbers of an image.
  constexpr int64_t Features() const { return channels * height * width; }

  bool operator==(const ImageShape&) const = default;
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_DATA_IMAGE_SHAPE_H_
