#include "worker/train/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/support/status_matchers.h"

namespace etalon::train {
namespace {

using ::etalon::testing::IsOk;
using ::etalon::testing::StatusIs;
using ::testing::HasSubstr;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(ScheduleTest, ConstantRateStaysTheSame) {
  const Schedule schedule = ConstantRate{0.25};
  EXPECT_EQ(LearningRate(schedule, 0, 10), 0.25);
  EXPECT_EQ(LearningRate(schedule, 12345, 10), 0.25);
}

TEST(ScheduleTest, ExponentialRateDecaysOnceAnEpoch) {
  const Schedule schedule = ExponentialRate{0.8, 0.5};
  EXPECT_EQ(LearningRate(schedule, 0, 10), 0.8);
  EXPECT_EQ(LearningRate(schedule, 9, 10), 0.8);
  EXPECT_EQ(LearningRate(schedule, 10, 10), 0.4);
  EXPECT_EQ(LearningRate(schedule, 39, 10), 0.1);
}

TEST(ScheduleTest, CyclicalRateClimbsAndFallsInStraightLines) {
  const Schedule schedule = CyclicalRate{1.0, 5.0, 4};
  const double expected[] = {1, 2, 3, 4, 5, 4, 3, 2, 1, 2};
  for (int64_t update = 0; update < 10; ++update) {
    EXPECT_DOUBLE_EQ(LearningRate(schedule, update, 3), expected[update])
        << "update " << update;
  }
}

TEST(ScheduleTest, UsualSchedulesAreValid) {
  EXPECT_THAT(ValidateSchedule(ConstantRate{0.1}), IsOk());
  EXPECT_THAT(ValidateSchedule(ExponentialRate{0.1, 1.0}), IsOk());
  EXPECT_THAT(ValidateSchedule(CyclicalRate{0, 0.1, 1}), IsOk());
  EXPECT_THAT(ValidateSchedule(CyclicalRate{0.1, 0.1, 1}), IsOk());
}

TEST(ScheduleTest, RatesMustBePositiveAndFinite) {
  EXPECT_THAT(ValidateSchedule(ConstantRate{0}),
              StatusIs(kInvalid, HasSubstr("constant.eta is 0")));
  EXPECT_THAT(ValidateSchedule(ConstantRate{kNaN}),
              StatusIs(kInvalid, HasSubstr("constant.eta is nan")));
  EXPECT_THAT(ValidateSchedule(ExponentialRate{-1, 1}),
              StatusIs(kInvalid, HasSubstr("exponential.eta is -1")));
  EXPECT_THAT(ValidateSchedule(
                  CyclicalRate{0, std::numeric_limits<double>::infinity(), 1}),
              StatusIs(kInvalid, HasSubstr("cyclical.eta_max is inf")));
}

TEST(ScheduleTest, DecayMustNotGrowOrVanish) {
  for (const double decay : {0.0, 1.1, kNaN}) {
    EXPECT_THAT(ValidateSchedule(ExponentialRate{0.1, decay}),
                StatusIs(kInvalid, HasSubstr("exponential.decay")));
  }
}

TEST(ScheduleTest, CyclesMustHaveTheirEndsInOrderAndALength) {
  EXPECT_THAT(ValidateSchedule(CyclicalRate{0.2, 0.1, 5}),
              StatusIs(kInvalid, HasSubstr("eta_max is 0.1; it must be at "
                                           "least eta_min, 0.2")));
  EXPECT_THAT(ValidateSchedule(CyclicalRate{-0.1, 0.1, 5}),
              StatusIs(kInvalid, HasSubstr("eta_min is -0.1")));
  EXPECT_THAT(ValidateSchedule(CyclicalRate{0, 0.1, 0}),
              StatusIs(kInvalid, HasSubstr("step_size is 0")));
}

}  // namespace
}  // namespace etalon::train
