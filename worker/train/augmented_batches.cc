#include "worker/train/augmented_batches.h"

#include <cmath>
#include <numeric>

#include "common/random.h"
#include "worker/train/augmentation.h"

namespace etalon::train {
namespace {

std::vector<uint8_t> GreyLevels(const std::vector<float>& mean) {
  std::vector<uint8_t> levels;
  levels.reserve(mean.size());
  for (const float value : mean) {
    levels.push_back(static_cast<uint8_t>(std::lround(value)));
  }
  return levels;
}

}  // namespace

AugmentedBatches::AugmentedBatches(const TrialPlan& plan,
                                   const PreparedData& data)
    : plan_(plan.augmentation),
      seed_(DeriveSeed(plan.seeds.minibatches, "augmentation")),
      data_(data),
      shape_(data.sizes().shape),
      background_(GreyLevels(data.mean())),
      images_(static_cast<size_t>(plan.batch_size) * background_.size()),
      labels_(static_cast<size_t>(plan.batch_size)),
      order_(static_cast<size_t>(plan.batch_size)) {
  std::iota(order_.begin(), order_.end(), 0u);
}

Batch AugmentedBatches::Gather(int64_t update, const uint32_t* rows,
                               int64_t count, InputBatch<float>& buffer) {
  constexpr int64_t kCacheLine = 64;
  const int64_t features = shape_.Features();
  const ImageSet& part = data_.train();
  const std::vector<ImageTransform> transforms =
      DrawTransforms(plan_, seed_, update, count);
  for (int64_t i = 0; i < count; ++i) {
    if (i + 1 < count) {
      // Rows stand in random order, which no hardware prefetcher foresees.
      const uint8_t* next = part.images.data() + rows[i + 1] * features;
      for (int64_t j = 0; j < features; j += kCacheLine) {
        __builtin_prefetch(next + j);
      }
    }
    TransformImage(shape_, transforms[static_cast<size_t>(i)],
                   part.images.data() + rows[i] * features, background_.data(),
                   images_.data() + i * features);
    labels_[static_cast<size_t>(i)] = part.labels[rows[i]];
  }
  return buffer.Gather(images_.data(), labels_.data(), order_.data(), count,
                       data_.mean().data(), data_.inverse_deviation().data());
}

}  // namespace etalon::train
