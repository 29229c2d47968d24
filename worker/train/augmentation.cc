#include "worker/train/augmentation.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "common/random.h"

namespace etalon::train {
namespace {

// output[i] = input[size - 1 - i]. Eight at a time, the last eight overlapping
// those before: half the images of a minibatch come through here.
void ReverseBytes(const uint8_t* input, int64_t size, uint8_t* output) {
  constexpr int64_t kStep = 8;
  const auto reverse_step = [&](int64_t i) {
    uint64_t bytes;
    std::memcpy(&bytes, input + size - kStep - i, kStep);
    bytes = __builtin_bswap64(bytes);
    std::memcpy(output + i, &bytes, kStep);
  };
  if (size < kStep) {
    for (int64_t i = 0; i < size; ++i) output[i] = input[size - 1 - i];
    return;
  }
  for (int64_t i = 0; i + kStep <= size; i += kStep) reverse_step(i);
  reverse_step(size - kStep);
}

// Moves a channel of `height` x `width` pixels, as a single run of bytes: what
// a row pushes over its edge lands in a column of its neighbour's that is
// uncovered, and so gets its background next.
void Move(int64_t height, int64_t width, int64_t right, int64_t down,
          const uint8_t* channel, uint8_t* output) {
  const int64_t offset = down * width + right;
  std::memcpy(output + std::max<int64_t>(offset, 0),
              channel + std::max<int64_t>(-offset, 0),
              static_cast<size_t>(height * width - std::abs(offset)));
}

void MirrorAndMove(int64_t height, int64_t width, int64_t right, int64_t down,
                   const uint8_t* channel, uint8_t* output) {
  const int64_t last = std::min(height, height + down);
  const int64_t left = std::max<int64_t>(right, 0);
  for (int64_t y = std::max<int64_t>(down, 0); y < last; ++y) {
    ReverseBytes(channel + (y - down) * width + left, width - std::abs(right),
                 output + y * width + left);
  }
}

// Gives the rows of a channel that moving it down uncovers their background.
void UncoverRows(int64_t height, int64_t width, int64_t down,
                 const uint8_t* background, uint8_t* output) {
  const int64_t first = (down > 0 ? 0 : height + down) * width;
  std::memcpy(output + first, background + first,
              static_cast<size_t>(std::abs(down) * width));
}

// Likewise the columns that moving `rows` rows right uncovers. Column by
// column: there are few, and a copy of a row's few bytes would be a call each.
void UncoverColumns(int64_t rows, int64_t width, int64_t right,
                    const uint8_t* background, uint8_t* output) {
  const int64_t first = right > 0 ? 0 : width + right;
  for (int64_t x = first; x < first + std::abs(right); ++x) {
    for (int64_t i = x; i < rows * width; i += width) output[i] = background[i];
  }
}

}  // namespace

std::vector<ImageTransform> DrawTransforms(const AugmentationPlan& plan,
                                           uint64_t seed, int64_t update,
                                           int64_t count) {
  RandomStream random(seed, static_cast<uint64_t>(update));
  const auto shift = [&] {
    const auto places = static_cast<uint32_t>(2 * plan.shift + 1);
    return int64_t{random.NextBelow(places)} - plan.shift;
  };
  std::vector<ImageTransform> transforms(static_cast<size_t>(count));
  for (ImageTransform& transform : transforms) {
    if (plan.mirror) transform.mirror = random.NextBelow(2) == 1;
    if (plan.shift == 0) continue;
    transform.right = shift();
    transform.down = shift();
  }
  return transforms;
}

void TransformImage(const ImageShape& shape, const ImageTransform& transform,
                    const uint8_t* image, const uint8_t* background,
                    uint8_t* output) {
  const auto [mirror, right, down] = transform;
  const auto move = mirror ? MirrorAndMove : Move;
  for (int64_t c = 0; c < shape.channels; ++c) {
    const int64_t first = c * shape.height * shape.width;
    move(shape.height, shape.width, right, down, image + first, output + first);
    UncoverRows(shape.height, shape.width, down, background + first,
                output + first);
  }
  UncoverColumns(shape.channels * shape.height, shape.width, right, background,
                 output);
}

}  // namespace etalon::train
