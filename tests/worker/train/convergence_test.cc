// Whole trials on generated images: what is learnt, and how much settings
// matter.
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/worker/train/training_support.h"
#include "worker/train/data/load_dataset.h"
#include "worker/train/trainer.h"

namespace etalon::train {
namespace {

// Validation accuracy after ten epochs of a network of 50 hidden units.
double TrainOn(const PreparedData& data, double lambda, double eta) {
  TrialPlan plan;
  plan.network.hidden = {50};
  plan.lambda = lambda;
  plan.schedule = {ConstantRate{eta}};
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
// of random labels leave no more than 86.5 %. With the 4,000 used here: 68 %
// at the best pair, 61 % without penalty.
TEST(ConvergenceTest, LearningRateAndPenaltyMatter) {
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

// 100 images, no penalty, eta .01, 200 epochs (of 10 updates): a network with
// 150,000 weights learns so few by heart, noise, random labels and all. Seen:
// loss 0.003; the bound leaves room for another order of the minibatches.
TEST(ConvergenceTest, HundredImagesAreLearntByHeart) {
  const auto data = LoadDataset(
      SyntheticSpec{.train = 100, .validation = 10, .test = 0, .seed = 1}, "");
  ETALON_ASSERT_OK(data);
  TrialPlan plan;
  plan.network.hidden = {50};
  plan.schedule = {ConstantRate{0.01}};
  plan.batch_size = 10;
  plan.updates = 2000;
  RecordingObserver observer;
  const absl::StatusOr<TrialOutcome> outcome =
      Train(plan, **data, FastKernels(), observer);
  ETALON_ASSERT_OK(outcome);
  ASSERT_TRUE(outcome->last_measurement.has_value());
  EXPECT_EQ(outcome->last_measurement->training->accuracy, 1);
  EXPECT_LT(outcome->last_measurement->training->loss, 0.02);
}

}  // namespace
}  // namespace etalon::train
