#include "worker/train/data/synthetic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/status_matchers.h"
#include "tests/worker/train/training_support.h"
#include "worker/train/data/load_dataset.h"

namespace etalon::train {
namespace {

TEST(SyntheticTest, SameSeedGivesTheSameBytes) {
  const SyntheticSpec spec = {
      .train = 50, .validation = 20, .test = 10, .seed = 3};
  const Dataset a = GenerateSynthetic(spec);
  const Dataset b = GenerateSynthetic(spec);
  EXPECT_EQ(a.train.images, b.train.images);
  EXPECT_EQ(a.train.labels, b.train.labels);
  EXPECT_EQ(a.test.images, b.test.images);
}

TEST(SyntheticTest, AnotherSeedGivesOtherImages) {
  EXPECT_NE(GenerateSynthetic({.train = 5, .seed = 3}).train.images,
            GenerateSynthetic({.train = 5, .seed = 4}).train.images);
}

TEST(SyntheticTest, ImagesDoNotDependOnHowManyThereAre) {
  const Dataset few = GenerateSynthetic({.train = 5, .validation = 5});
  const Dataset more = GenerateSynthetic({.train = 9, .validation = 5});
  EXPECT_TRUE(std::equal(few.train.images.begin(), few.train.images.end(),
                         more.train.images.begin()));
  EXPECT_EQ(few.validation.images, more.validation.images);
}

TEST(SyntheticTest, PartsAreDifferentImages) {
  const Dataset data = GenerateSynthetic({.train = 5, .validation = 5});
  EXPECT_NE(data.train.images, data.validation.images);
}

TEST(SyntheticTest, EveryClassIsThere) {
  const Dataset data = GenerateSynthetic({.train = 2000});
  for (int label = 0; label < 10; ++label) {
    EXPECT_NEAR(
        std::count(data.train.labels.begin(), data.train.labels.end(), label),
        200, 75)  // five deviations of a binomial count
        << "label " << label;
  }
}

// A change of any constant or draw shows here: results of searches on synthetic
// data, which documents quote, change with it.
TEST(SyntheticTest, BytesAreThoseOfTheFirstRelease) {
  const Dataset data = GenerateSynthetic({.train = 10, .seed = 1});
  uint64_t hash = 14695981039346656037u;  // FNV-1a
  for (const uint8_t byte : data.train.images) {
    hash = (hash ^ byte) * 1099511628211u;
  }
  EXPECT_EQ(hash, 5697367031771156888u);
}

// Validation accuracy after ten epochs of a network of 50 hidden units.
double TrainOn(const PreparedData& data, double lambda, double eta) {
  TrialPlan plan;
  plan.hidden = {50};
  plan.lambda = lambda;
  plan.schedule = ConstantRate{eta};
  plan.updates = 10 * UpdatesPerEpoch(plan, data.sizes().train);
  RecordingObserver observer;
  const absl::StatusOr<TrialOutcome> outcome =
      Train(plan, data, FastKernels(), observer);
  if (!outcome.ok() || outcome->kind != TrialOutcome::Kind::kFinished) return 0;
  return outcome->last_measurement->validation->accuracy;
}

// What the generator was tuned for. Seen with 6,000 training images and seeds 1
// to 3: 70 to 71 % at the best pair (lambda .03, eta .03), 63 to 64 % without
// penalty, 14 to 30 % with a penalty ten times too strong, 27 to 30 % at a rate
// thirty times too low, and divergence at eta 0.3; chance is 10 %, and the 15 %
// of random labels leave no more than 86.5 %. With the 4,000 used here all is
// three to eight points lower.
TEST(SyntheticTest, LearningRateAndPenaltyMatter) {
  const auto data = LoadDataset(
      SyntheticSpec{.train = 4000, .validation = 1000, .test = 0, .seed = 1},
      "");
  ETALON_ASSERT_OK(data);
  const double best = TrainOn(**data, 0.03, 0.03);
  EXPECT_GT(best, 0.62);
  EXPECT_LT(best, 0.80);
  EXPECT_LT(TrainOn(**data, 0, 0.03), best - 0.03);
  EXPECT_LT(TrainOn(**data, 0.3, 0.03), best - 0.2);
  EXPECT_LT(TrainOn(**data, 0.03, 0.001), best - 0.2);
  EXPECT_LT(TrainOn(**data, 0.03, 0.3), best - 0.2);
}

}  // namespace
}  // namespace etalon::train
