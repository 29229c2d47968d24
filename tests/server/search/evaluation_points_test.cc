#include "server/search/evaluation_points.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/search/training.h"
#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using ::testing::ElementsAre;
using testing::ParseTextProto;

// 10 updates an epoch.
v1::Training Of(const std::string& rest) {
  return ParseTextProto<v1::Training>(
      "dataset { train: 1000 } batch_size: 100 " + rest);
}

// As NextEvaluation tells them one by one: those of the worker's test
// (tests/worker/train/evaluation_test.cc).
std::vector<int64_t> Evaluations(const v1::Training& training) {
  std::vector<int64_t> points;
  const int64_t last = UpdatesOf(training);
  for (int64_t update = 1; update <= last; update = points.back() + 1) {
    const int64_t next = NextEvaluation(training, update);
    // The same from anywhere between two of them.
    for (int64_t within = update; within <= next; ++within) {
      EXPECT_EQ(NextEvaluation(training, within), next) << within;
    }
    points.push_back(next);
  }
  return points;
}

TEST(EvaluationPointsTest, AreTheEndsOfEpochsAndTheLastUpdate) {
  EXPECT_THAT(Evaluations(Of("epochs: 3 evaluation { per_epoch: 1 }")),
              ElementsAre(10, 20, 30));
  EXPECT_THAT(Evaluations(Of("updates: 25 evaluation { per_epoch: 1 }")),
              ElementsAre(10, 20, 25));
}

TEST(EvaluationPointsTest, AreEvenlySpacedInAnEpoch) {
  EXPECT_THAT(Evaluations(Of("updates: 12 evaluation { per_epoch: 3 }")),
              ElementsAre(4, 7, 10, 12));
  EXPECT_THAT(Evaluations(Of("updates: 6 evaluation { per_epoch: 10 }")),
              ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(EvaluationPointsTest, OfCyclesBeginAfterTheWarmUp) {
  EXPECT_THAT(Evaluations(Of(
                  "schedule { cyclical { step_size: 4 cycles: 2 } warmup: 5 }"
                  "evaluation { per_cycle: 2 }")),
              ElementsAre(9, 13, 17, 21));
  EXPECT_THAT(
      Evaluations(
          Of("schedule { cyclical { step_size: 5 cycles: 1 } warmup_epochs: 1 }"
             "evaluation { per_cycle: 1 }")),
      ElementsAre(20));
}

}  // namespace
}  // namespace etalon
