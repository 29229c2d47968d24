#include "client/progress/forecast.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "client/progress/rates.h"

namespace etalon {
namespace {

using ::testing::ElementsAre;

StageWork Work(int64_t waiting, TrialCost cost) {
  StageWork work;
  work.cost = cost;
  work.waiting = waiting;
  return work;
}

double Expected(const std::vector<StageWork>& stages,
                const std::vector<double>& speeds) {
  return absl::ToDoubleSeconds(ForecastWork(stages, speeds).expected);
}

TEST(ForecastWork, WhatIsKnownExactlyIsComputedExactly) {
  // Five trials on two threads: three rounds of 10 s.
  const Forecast forecast = ForecastWork({Work(5, {10})}, {1, 1});
  EXPECT_NEAR(absl::ToDoubleSeconds(forecast.expected), 30, 1e-6);
  EXPECT_EQ(forecast.low, forecast.high);
}

TEST(ForecastWork, StagesWaitForEachOther) {
  EXPECT_NEAR(Expected({Work(3, {10}), Work(1, {4})}, {1, 1}), 24, 1e-6);
}

TEST(ForecastWork, NoneIsBegunOnceTimeIsUp) {
  // At 0, 10 and 20 seconds on each of two threads.
  StageWork work = Work(100, {10});
  work.seconds_left = 25;
  EXPECT_DOUBLE_EQ(Expected({work}, {1, 1}), 30);
  // Of so many that they are not placed one by one.
  work.waiting = 100'000;
  EXPECT_GT(Expected({work}, {1, 1}), 25);
  EXPECT_LT(Expected({work}, {1, 1}), 35);
  work.seconds_left = 0;
  EXPECT_DOUBLE_EQ(Expected({work}, {1, 1}), 0);
}

TEST(BusyThreads, AreTheFastestThatMayWork) {
  v1::SearchSpec spec;
  EXPECT_THAT(BusyThreads({1, 3, 2}, spec), ElementsAre(1, 3, 2));
  spec.set_max_parallel(2);
  EXPECT_THAT(BusyThreads({1, 3, 2}, spec), ElementsAre(3, 2));
  spec.set_max_parallel(5);
  EXPECT_THAT(BusyThreads({1, 3, 2}, spec), ElementsAre(1, 3, 2));
}

TEST(ForecastWork, FastThreadsTakeMore) {
  // Of four in 12 s the one makes three, of twelve in 36 s nine.
  EXPECT_NEAR(Expected({Work(4, {12})}, {3, 1}), 12, 1e-6);
  EXPECT_NEAR(Expected({Work(12, {12})}, {3, 1}), 36, 1e-6);
}

TEST(ForecastWork, RunningTrialsCountByWhatIsLeftOfThem) {
  StageWork work = Work(0, {10});
  work.running = {{.elapsed_seconds = 4}, {.elapsed_seconds = 7}};
  EXPECT_NEAR(Expected({work}, {1, 1}), 6, 1e-6);
  // Of two side by side, each has had half of the thread.
  work.running = {{.elapsed_seconds = 4, .width = 2},
                  {.elapsed_seconds = 4, .width = 2}};
  EXPECT_NEAR(Expected({work}, {1}), 16, 1e-6);
}

TEST(ForecastWork, WhatTakesLongerThanEverIsAboutToEnd) {
  StageWork work = Work(0, {10});
  work.running = {{.elapsed_seconds = 100}};
  EXPECT_NEAR(Expected({work}, {1}), 5, 1e-6);
}

TEST(ForecastWork, ManyTrialsAreAsGoodAsPlacedOneByOne) {
  const TrialCost cost = {2, 1, 0};
  const double seconds = Expected({Work(100'000, cost)}, {1, 1, 1, 1});
  EXPECT_NEAR(seconds, 100'000 * 2 / 4.0, 500);
}

TEST(ForecastWork, IntervalHoldsSpreadAndWhatIsNotKnown) {
  // A sum of 100 independent trials: ± 1.96 · 5 · sqrt(100) = 98 around 1000.
  // 200 courses know the quantiles to about a fifth of that.
  const Forecast spread = ForecastWork({Work(100, {10, 5, 0})}, {1});
  EXPECT_NEAR(absl::ToDoubleSeconds(spread.expected), 1000, 20);
  EXPECT_NEAR(absl::ToDoubleSeconds(spread.high - spread.low), 196, 40);
  // A mean that is known to a tenth: ± 196.
  const Forecast unknown = ForecastWork({Work(100, {10, 0, 0.1})}, {1});
  EXPECT_NEAR(absl::ToDoubleSeconds(unknown.high - unknown.low), 392, 80);
}

TEST(ForecastWork, TheSameWorkGivesTheSameForecast) {
  const std::vector<StageWork> work = {Work(40, {3, 1, 0.1})};
  EXPECT_EQ(ForecastWork(work, {1, 2}).high, ForecastWork(work, {1, 2}).high);
}

TEST(CostOf, FewTrialsAreNotKnownWell) {
  const TrialCost one = CostOf({10});
  EXPECT_DOUBLE_EQ(one.mean, 10);
  EXPECT_DOUBLE_EQ(one.deviation, 2.5);
  EXPECT_DOUBLE_EQ(one.relative_error, std::hypot(0.05, 0.25));
  const TrialCost many = CostOf(std::vector<double>(10'000, 10.0));
  EXPECT_NEAR(many.deviation, 0, 0.1);
  EXPECT_NEAR(many.relative_error, kLeastError, 1e-3);
  EXPECT_EQ(CostOf({}).mean, 0);
}

}  // namespace
}  // namespace etalon
