#include "worker/train/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "tests/support/status_matchers.h"

namespace etalon::train {
namespace {

using ::etalon::testing::IsOk;
using ::etalon::testing::StatusIs;
using ::testing::DoubleEq;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pointwise;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

// The rates of the first `updates` updates, an epoch holding `per_epoch`.
std::vector<double> Rates(const Schedule& schedule, int64_t updates,
                          int64_t per_epoch = 10) {
  std::vector<double> rates;
  for (int64_t update = 0; update < updates; ++update) {
    rates.push_back(LearningRate(schedule, update, per_epoch));
  }
  return rates;
}

MATCHER(IsTheSameDouble, "") {
  return ::testing::Value(std::get<0>(arg), DoubleEq(std::get<1>(arg)));
}

// To a few units in the last place.
auto RatesAre(std::vector<double> expected) {
  return Pointwise(IsTheSameDouble(), std::move(expected));
}

TEST(ScheduleTest, ConstantRateStaysTheSame) {
  const Schedule schedule = {ConstantRate{0.25}};
  EXPECT_EQ(LearningRate(schedule, 0, 10), 0.25);
  EXPECT_EQ(LearningRate(schedule, 12345, 10), 0.25);
}

TEST(ScheduleTest, ExponentialRateDecaysOnceAnEpoch) {
  const Schedule schedule = {ExponentialRate{0.8, 0.5}};
  EXPECT_EQ(LearningRate(schedule, 0, 10), 0.8);
  EXPECT_EQ(LearningRate(schedule, 9, 10), 0.8);
  EXPECT_EQ(LearningRate(schedule, 10, 10), 0.4);
  EXPECT_EQ(LearningRate(schedule, 39, 10), 0.1);
}

TEST(ScheduleTest, StepRateFallsEverySoManyUpdates) {
  EXPECT_THAT(Rates({StepRate{0.8, 0.5, 3}}, 8),
              ElementsAre(0.8, 0.8, 0.8, 0.4, 0.4, 0.4, 0.2, 0.2));
}

TEST(ScheduleTest, LinearRateEndsOneStepAboveZero) {
  EXPECT_THAT(Rates({LinearRate{0.5, 4}}, 4),
              ElementsAre(0.5, 0.375, 0.25, 0.125));
}

// cos 0, 60, 120 degrees = 1, 1/2, -1/2.
TEST(ScheduleTest, CosineRateFollowsHalfACosine) {
  EXPECT_THAT(Rates({CosineRate{0.4, 3}}, 3), RatesAre({0.4, 0.3, 0.1}));
  EXPECT_THAT(LearningRate({CosineRate{0.4, 1000}}, 500, 10),
              DoubleNear(0.2, 1e-15));
}

TEST(ScheduleTest, RatesThatFallToZeroStayThere) {
  for (const int64_t update : {4, 5, 1000}) {
    EXPECT_EQ(LearningRate({LinearRate{0.5, 4}}, update, 10), 0);
    EXPECT_EQ(LearningRate({CosineRate{0.5, 4}}, update, 10), 0);
  }
}

TEST(ScheduleTest, CyclicalRateClimbsAndFallsInStraightLines) {
  EXPECT_THAT(Rates({CyclicalRate{1.0, 5.0, 4}}, 10, 3),
              RatesAre({1, 2, 3, 4, 5, 4, 3, 2, 1, 2}));
}

TEST(ScheduleTest, AnnealingLowersThePeakOfEveryNextCycle) {
  EXPECT_THAT(Rates({CyclicalRate{1.0, 8.0, 2, 0.5}}, 13),
              RatesAre({1, 4.5, 8, 4.5,  // to 8
                        1, 2.5, 4, 2.5,  // to 4
                        1, 1.5, 2, 1.5,  // to 2
                        1}));
}

TEST(ScheduleTest, AnnealingStopsAtTheFootOfTheCycles) {
  const Schedule schedule = {CyclicalRate{1.0, 8.0, 2, 0.1}};
  EXPECT_DOUBLE_EQ(LearningRate(schedule, 2, 10), 8);
  EXPECT_DOUBLE_EQ(LearningRate(schedule, 6, 10), 1);   // not 0.8
  EXPECT_DOUBLE_EQ(LearningRate(schedule, 10, 10), 1);  // not 0.08
}

TEST(ScheduleTest, WarmupRisesToTheFirstRateOfTheForm) {
  EXPECT_THAT(Rates({ConstantRate{0.5}, 4}, 6),
              RatesAre({0.1, 0.2, 0.3, 0.4, 0.5, 0.5}));
  EXPECT_THAT(Rates({LinearRate{0.4, 2}, 3}, 5),
              RatesAre({0.1, 0.2, 0.3, 0.4, 0.2}));
}

// A cyclical schedule begins at eta_min, and so ends its warm-up there.
TEST(ScheduleTest, CyclesBeginAfterTheWarmup) {
  EXPECT_THAT(Rates({CyclicalRate{1.0, 3.0, 2}, 1}, 6),
              RatesAre({0.5, 1, 2, 3, 2, 1}));
}

TEST(ScheduleTest, EpochsOfTheFormBeginAfterTheWarmup) {
  EXPECT_THAT(Rates({ExponentialRate{0.8, 0.5}, 1}, 6, 2),
              RatesAre({0.4, 0.8, 0.8, 0.4, 0.4, 0.2}));
  EXPECT_THAT(Rates({StepRate{0.8, 0.5, 2}, 1}, 6, 2),
              RatesAre({0.4, 0.8, 0.8, 0.4, 0.4, 0.2}));
}

TEST(ScheduleTest, UsualSchedulesAreValid) {
  EXPECT_THAT(ValidateSchedule({ConstantRate{0.1}}), IsOk());
  EXPECT_THAT(ValidateSchedule({ExponentialRate{0.1, 1.0}}), IsOk());
  EXPECT_THAT(ValidateSchedule({StepRate{0.1, 0.1, 1}}), IsOk());
  EXPECT_THAT(ValidateSchedule({LinearRate{0.1, 1}}), IsOk());
  EXPECT_THAT(ValidateSchedule({CosineRate{0.1, 1}, 100}), IsOk());
  EXPECT_THAT(ValidateSchedule({CyclicalRate{0, 0.1, 1}}), IsOk());
  EXPECT_THAT(ValidateSchedule({CyclicalRate{0.1, 0.1, 1, 0.5}}), IsOk());
}

TEST(ScheduleTest, RatesMustBePositiveAndFinite) {
  EXPECT_THAT(ValidateSchedule({ConstantRate{0}}),
              StatusIs(kInvalid, HasSubstr("constant.eta is 0")));
  EXPECT_THAT(ValidateSchedule({ConstantRate{kNaN}}),
              StatusIs(kInvalid, HasSubstr("constant.eta is nan")));
  EXPECT_THAT(ValidateSchedule({ExponentialRate{-1, 1}}),
              StatusIs(kInvalid, HasSubstr("exponential.eta is -1")));
  EXPECT_THAT(ValidateSchedule({StepRate{0, 0.5, 1}}),
              StatusIs(kInvalid, HasSubstr("step.eta is 0")));
  EXPECT_THAT(ValidateSchedule({LinearRate{-0.5, 1}}),
              StatusIs(kInvalid, HasSubstr("linear.eta is -0.5")));
  EXPECT_THAT(ValidateSchedule({CosineRate{kNaN, 1}}),
              StatusIs(kInvalid, HasSubstr("cosine.eta is nan")));
  EXPECT_THAT(ValidateSchedule({CyclicalRate{
                  0, std::numeric_limits<double>::infinity(), 1}}),
              StatusIs(kInvalid, HasSubstr("cyclical.eta_max is inf")));
}

TEST(ScheduleTest, FactorsMustNotGrowOrVanish) {
  for (const double factor : {0.0, 1.1, -0.5, kNaN}) {
    EXPECT_THAT(ValidateSchedule({ExponentialRate{0.1, factor}}),
                StatusIs(kInvalid, HasSubstr("exponential.decay")));
    EXPECT_THAT(ValidateSchedule({StepRate{0.1, factor, 1}}),
                StatusIs(kInvalid, HasSubstr("step.decay")));
    EXPECT_THAT(ValidateSchedule({CyclicalRate{0, 0.1, 1, factor}}),
                StatusIs(kInvalid, HasSubstr("cyclical.annealing")));
  }
}

TEST(ScheduleTest, CyclesMustHaveTheirEndsInOrder) {
  EXPECT_THAT(ValidateSchedule({CyclicalRate{0.2, 0.1, 5}}),
              StatusIs(kInvalid, HasSubstr("eta_max is 0.1; it must be at "
                                           "least eta_min, 0.2")));
  EXPECT_THAT(ValidateSchedule({CyclicalRate{-0.1, 0.1, 5}}),
              StatusIs(kInvalid, HasSubstr("eta_min is -0.1")));
}

TEST(ScheduleTest, LengthsMustBeOneUpdateOrMoreAndCountable) {
  for (const int64_t length :
       {int64_t{0}, int64_t{-1}, std::numeric_limits<int64_t>::max()}) {
    EXPECT_THAT(ValidateSchedule({StepRate{0.1, 0.5, length}}),
                StatusIs(kInvalid, HasSubstr("step.every is")));
    EXPECT_THAT(ValidateSchedule({LinearRate{0.1, length}}),
                StatusIs(kInvalid, HasSubstr("linear.length is")));
    EXPECT_THAT(ValidateSchedule({CosineRate{0.1, length}}),
                StatusIs(kInvalid, HasSubstr("cosine.length is")));
    EXPECT_THAT(ValidateSchedule({CyclicalRate{0, 0.1, length}}),
                StatusIs(kInvalid, HasSubstr("cyclical.step_size is")));
  }
}

TEST(ScheduleTest, WarmupMustNotBeNegative) {
  EXPECT_THAT(ValidateSchedule({ConstantRate{0.1}, -1}),
              StatusIs(kInvalid, HasSubstr("warmup is -1")));
}

}  // namespace
}  // namespace etalon::train
