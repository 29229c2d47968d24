#include "worker/train/evaluation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace etalon::train {
namespace {

using ::testing::ElementsAre;

std::vector<int64_t> DueUpdates(const TrialPlan& plan,
                                int64_t updates_per_epoch) {
  std::vector<int64_t> due;
  for (int64_t update = 1; update <= plan.updates; ++update) {
    if (EvaluationDue(plan, updates_per_epoch, update)) due.push_back(update);
  }
  return due;
}

TEST(EvaluationTest, DefaultIsTheEndOfEveryEpoch) {
  TrialPlan plan;
  plan.updates = 30;
  EXPECT_THAT(DueUpdates(plan, 10), ElementsAre(10, 20, 30));
}

TEST(EvaluationTest, LastUpdateIsMeasuredInTheMiddleOfAnEpochToo) {
  TrialPlan plan;
  plan.updates = 25;
  EXPECT_THAT(DueUpdates(plan, 10), ElementsAre(10, 20, 25));
}

TEST(EvaluationTest, SeveralPerEpochAreEvenlySpaced) {
  TrialPlan plan;
  plan.updates = 20;
  plan.evaluation.count = 3;
  EXPECT_THAT(DueUpdates(plan, 10), ElementsAre(4, 7, 10, 14, 17, 20));
}

TEST(EvaluationTest, PerCycleCountsCyclesOfTheSchedule) {
  TrialPlan plan;
  plan.schedule = {CyclicalRate{0, 1, 6}};
  plan.updates = 24;
  plan.evaluation.period = EvaluationPlan::Period::kCycle;
  plan.evaluation.count = 2;
  EXPECT_THAT(DueUpdates(plan, 10), ElementsAre(6, 12, 18, 24));
}

TEST(EvaluationTest, CyclesAreCountedFromTheEndOfTheWarmup) {
  TrialPlan plan;
  plan.schedule = {CyclicalRate{0, 1, 6}, 5};
  plan.updates = 5 + 24;
  plan.evaluation.period = EvaluationPlan::Period::kCycle;
  plan.evaluation.count = 2;
  EXPECT_THAT(DueUpdates(plan, 10), ElementsAre(11, 17, 23, 29));
}

TEST(EvaluationTest, EpochsAreCountedFromTheStartOfTheWarmup) {
  TrialPlan plan;
  plan.schedule = {ConstantRate{0.1}, 5};
  plan.updates = 20;
  EXPECT_THAT(DueUpdates(plan, 10), ElementsAre(10, 20));
}

TEST(EvaluationTest, EveryUpdateCanBeMeasured) {
  TrialPlan plan;
  plan.updates = 5;
  plan.evaluation.count = 2;
  EXPECT_THAT(DueUpdates(plan, 2), ElementsAre(1, 2, 3, 4, 5));
}

TEST(EvaluationTest, ScoreAveragesAndAddsThePenalty) {
  const Score score = MakeScore({.loss_sum = 6, .correct = 3}, 4, 0.5, 10);
  EXPECT_EQ(score.loss, 1.5);
  EXPECT_EQ(score.cost, 6.5);
  EXPECT_EQ(score.accuracy, 0.75);
}

TEST(EvaluationTest, CostOfInfiniteWeightsIsNotFinite) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_FALSE(std::isfinite(MakeScore({1, 1}, 1, 0, kInfinity).cost));
  EXPECT_FALSE(std::isfinite(MakeScore({1, 1}, 1, 0.1, kInfinity).cost));
}

}  // namespace
}  // namespace etalon::train
