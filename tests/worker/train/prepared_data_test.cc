#include "worker/train/data/prepared_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/status_matchers.h"
#include "tests/worker/train/training_support.h"

namespace etalon::train {
namespace {

using ::etalon::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

Dataset TwoFeatures() {
  Dataset dataset;
  dataset.shape = {1, 1, 2};
  dataset.classes = 3;
  dataset.train = {.images = {10, 7, 30, 7}, .labels = {0, 1}};
  dataset.validation = {.images = {20, 9}, .labels = {2}};
  return dataset;
}

TEST(PreparedDataTest, TrainingPartAloneGivesMeanAndDeviation) {
  const absl::StatusOr<PreparedData> data = PreparedData::Create(TwoFeatures());
  ETALON_ASSERT_OK(data);
  EXPECT_THAT(data->mean(), ElementsAre(20, 7));
  EXPECT_FLOAT_EQ(data->inverse_deviation()[0], 0.1f);
}

TEST(PreparedDataTest, ConstantFeatureIsCentredAndKeepsItsScale) {
  const absl::StatusOr<PreparedData> data = PreparedData::Create(TwoFeatures());
  ETALON_ASSERT_OK(data);
  EXPECT_EQ(data->inverse_deviation()[1], 1.0f);
  const uint32_t row = 0;
  InputBatch<float> buffer(FastKernels().float32, 2, 1);
  const Batch batch = data->Gather(data->validation(), &row, 1, buffer);
  EXPECT_THAT(Unpack(FastKernels().float32, batch, 2), ElementsAre(0, 2));
  EXPECT_EQ(batch.labels[0], 2);
}

TEST(PreparedDataTest, NormalisedTrainingPartHasMeanZeroAndDeviationOne) {
  constexpr int64_t kFeatures = 12, kImages = 90;
  const PreparedData data = MakeBlobs(kFeatures, 3, kImages, 3, 0);
  const std::vector<uint32_t> rows = [] {
    std::vector<uint32_t> all(kImages);
    for (uint32_t i = 0; i < kImages; ++i) all[i] = kImages - 1 - i;
    return all;
  }();
  InputBatch<float> buffer(FastKernels().float32, kFeatures, kImages);
  const AlignedArray<float> inputs = Unpack(
      FastKernels().float32,
      data.Gather(data.train(), rows.data(), kImages, buffer), kFeatures);
  for (int64_t j = 0; j < kFeatures; ++j) {
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < kImages; ++i) {
      const double x = inputs[i * kFeatures + j];
      sum += x;
      squares += x * x;
    }
    EXPECT_NEAR(sum / kImages, 0, 1e-5);
    EXPECT_NEAR(squares / kImages, 1, 1e-5);
  }
}

TEST(PreparedDataTest, EmptyPartsAreRefusedButNoTestPartIsFine) {
  Dataset dataset = TwoFeatures();
  EXPECT_THAT(PreparedData::Create(dataset), ::etalon::testing::IsOk());
  dataset.validation = {};
  EXPECT_THAT(PreparedData::Create(dataset),
              StatusIs(kInvalid, HasSubstr("0 validation images")));
  dataset = TwoFeatures();
  dataset.train = {};
  EXPECT_THAT(PreparedData::Create(dataset),
              StatusIs(kInvalid, HasSubstr("0 training")));
}

TEST(PreparedDataTest, LabelPastTheClassesIsRefused) {
  Dataset dataset = TwoFeatures();
  dataset.validation.labels[0] = 3;
  EXPECT_THAT(PreparedData::Create(dataset),
              StatusIs(kInvalid, HasSubstr("label 3")));
}

TEST(PreparedDataTest, ArraysThatDoNotFitAreRefused) {
  Dataset dataset = TwoFeatures();
  dataset.train.images.pop_back();
  EXPECT_THAT(PreparedData::Create(dataset),
              StatusIs(kInvalid, HasSubstr("3 bytes")));
}

}  // namespace
}  // namespace etalon::train
