#include "worker/train/augmented_batches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "common/random.h"
#include "tests/support/status_matchers.h"
#include "tests/worker/train/training_support.h"
#include "worker/train/augmentation.h"
#include "worker/train/data/synthetic.h"
#include "worker/train/trainer.h"

namespace etalon::train {
namespace {

constexpr int64_t kImages = 60;
constexpr int64_t kFeatures = kSyntheticShape.Features();

TrialPlan Plan(const AugmentationPlan& augmentation) {
  TrialPlan plan;
  plan.network.hidden = {8};
  plan.batch_size = 20;
  plan.updates = 30;
  plan.schedule.form = ConstantRate{0.01};
  plan.augmentation = augmentation;
  plan.seeds = {1, 2};
  return plan;
}

class AugmentedBatchesTest : public ::testing::Test {
 protected:
  // What an update sees of all images in order.
  AlignedArray<float> Gather(TrialPlan plan, int64_t update) {
    plan.batch_size = kImages;
    std::vector<uint32_t> rows(kImages);
    std::iota(rows.begin(), rows.end(), 0);
    AugmentedBatches batches(plan, data_);
    return Keep(batches.Gather(update, rows.data(), kImages, buffer_));
  }
  AlignedArray<float> GatherPlain() {
    std::vector<uint32_t> rows(kImages);
    std::iota(rows.begin(), rows.end(), 0);
    return Keep(data_.Gather(data_.train(), rows.data(), kImages, buffer_));
  }
  AlignedArray<float> Keep(const Batch& batch) {
    labels_.assign(batch.labels, batch.labels + batch.rows);
    return Unpack(FastKernels().float32, batch, kFeatures);
  }
  RecordingObserver Train(const TrialPlan& plan) {
    RecordingObserver observer;
    ETALON_EXPECT_OK(train::Train(plan, data_, FastKernels(), observer));
    return observer;
  }

  const PreparedData data_ = *PreparedData::Create(
      GenerateSynthetic({.train = kImages, .validation = 20, .test = 0}));
  InputBatch<float> buffer_{FastKernels().float32, kFeatures, kImages};
  std::vector<uint8_t> labels_;
};

// Image for image the transform that was drawn, normalised like any other.
TEST_F(AugmentedBatchesTest, ImagesAreMovedAsDrawnAndThenNormalised) {
  const TrialPlan plan = Plan({.mirror = true, .shift = 4});
  const AlignedArray<float> inputs = Gather(plan, 7);
  EXPECT_EQ(labels_, data_.train().labels);
  const std::vector<ImageTransform> transforms = DrawTransforms(
      plan.augmentation, DeriveSeed(plan.seeds.minibatches, "augmentation"), 7,
      kImages);
  const AlignedArray<float> plain = GatherPlain();
  for (int64_t i = 0; i < kImages; ++i) {
    const ImageTransform& t = transforms[static_cast<size_t>(i)];
    for (int64_t j = 0; j < kFeatures; ++j) {
      const int64_t x = j % 32 - t.right;
      const int64_t y = j / 32 % 32 - t.down;
      const float input = inputs[i * kFeatures + j];
      if (x < 0 || x >= 32 || y < 0 || y >= 32) {
        // Half a grey level at most from the mean.
        ASSERT_LE(std::abs(input), 0.51f * data_.inverse_deviation()[j]);
        continue;
      }
      const int64_t from = j / 1024 * 1024 + y * 32 + (t.mirror ? 31 - x : x);
      const float pixel = data_.train().images[i * kFeatures + from];
      ASSERT_FLOAT_EQ(input,
                      (pixel - data_.mean()[j]) * data_.inverse_deviation()[j]);
    }
  }
}

TEST_F(AugmentedBatchesTest, UpdatesAreAPureFunctionOfSeedAndUpdate) {
  const TrialPlan plan = Plan({.mirror = true, .shift = 2});
  EXPECT_EQ(Gather(plan, 3), Gather(plan, 3));
  EXPECT_NE(Gather(plan, 3), Gather(plan, 4));
  TrialPlan other = plan;
  other.seeds.initialization = 99;
  EXPECT_EQ(Gather(plan, 3), Gather(other, 3));
  other.seeds.minibatches = 99;
  EXPECT_NE(Gather(plan, 3), Gather(other, 3));
}

TEST_F(AugmentedBatchesTest, TrainingDiffersAndRepeatsToTheBit) {
  const RecordingObserver plain = Train(Plan({}));
  const RecordingObserver first = Train(Plan({.mirror = true, .shift = 2}));
  const RecordingObserver again = Train(Plan({.mirror = true, .shift = 2}));
  ASSERT_FALSE(first.measurements.empty());
  for (size_t i = 0; i < first.measurements.size(); ++i) {
    EXPECT_TRUE(Identical(first.measurements[i], again.measurements[i]));
  }
  EXPECT_FALSE(Identical(first.measurements.back(), plain.measurements.back()));
}

// A rate too small to change a weight leaves what evaluation sees.
TEST_F(AugmentedBatchesTest, EvaluationSeesTheImagesAsTheyAre) {
  TrialPlan plan = Plan({});
  plan.schedule.form = ConstantRate{1e-30};
  const RecordingObserver plain = Train(plan);
  plan.augmentation = {.mirror = true, .shift = 5};
  const RecordingObserver augmented = Train(plan);
  EXPECT_TRUE(
      Identical(plain.measurements.back(), augmented.measurements.back()));
}

}  // namespace
}  // namespace etalon::train
