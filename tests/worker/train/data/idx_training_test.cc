// From files on disk to a trained network, as a worker goes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "common/random.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/worker/train/data/idx_files.h"
#include "tests/worker/train/training_support.h"
#include "worker/train/data/load_dataset.h"
#include "worker/train/trainer.h"

namespace etalon::train {
namespace {

using ::etalon::testing::TempDir;

constexpr uint32_t kSide = 10;

// Bright on the right (class 0), below (1) and nowhere (2), under noise: moved
// by two pixels, an image stays in its class.
void WriteImages(const std::string& folder, const std::string& part,
                 uint32_t count) {
  RandomStream random(count);
  Bytes pixels;
  Bytes labels;
  for (uint32_t i = 0; i < count; ++i) {
    labels.push_back(static_cast<uint8_t>(i % 3));
    for (uint32_t y = 0; y < kSide; ++y) {
      for (uint32_t x = 0; x < kSide; ++x) {
        const bool bright =
            (i % 3 == 0 && x / 5 == 1) || (i % 3 == 1 && y / 5 == 1);
        pixels.push_back(
            static_cast<uint8_t>(random.NextBelow(100) + (bright ? 100 : 0)));
      }
    }
  }
  WriteBytes(folder + "/" + part + "-images.idx3-ubyte.gz",
             Gzip(IdxFile({count, kSide, kSide}, pixels)));
  WriteBytes(folder + "/" + part + "-labels-idx1-ubyte",
             IdxFile({count}, labels));
}

TEST(IdxTrainingTest, ANetworkLearnsImagesFromIdxFiles) {
  const TempDir dir;
  std::filesystem::create_directories(dir.File("sets/halves"));
  WriteImages(dir.File("sets/halves"), "train", 600);
  WriteImages(dir.File("sets/halves"), "t10k", 300);
  const auto data = LoadDataset(
      IdxSpec{
          .train = 500, .validation = 100, .seed = 3, .path = "sets/halves"},
      dir.path());
  ETALON_ASSERT_OK(data);

  TrialPlan plan;
  plan.network.hidden = {10};
  plan.batch_size = 50;
  plan.updates = 200;
  plan.schedule.form = ConstantRate{0.05};
  plan.augmentation = {.mirror = false, .shift = 2};
  plan.evaluation.test = true;
  RecordingObserver observer;
  const auto outcome = Train(plan, **data, FastKernels(), observer);
  ETALON_ASSERT_OK(outcome);
  ASSERT_EQ(outcome->kind, TrialOutcome::Kind::kFinished);
  // The classes lie far apart; chance is a third.
  EXPECT_GT(outcome->last_measurement->test->accuracy, 0.95);
  EXPECT_GT(outcome->last_measurement->validation->accuracy, 0.95);
}

}  // namespace
}  // namespace etalon::train
