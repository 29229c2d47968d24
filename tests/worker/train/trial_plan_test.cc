#include "worker/train/trial_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/support/status_matchers.h"

namespace etalon::train {
namespace {

using ::etalon::testing::IsOk;
using ::etalon::testing::StatusIs;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr DataSizes kSizes = {.shape = {3, 32, 32},
                              .features = 3072,
                              .classes = 10,
                              .train = 45'000,
                              .validation = 5'000,
                              .test = 0};

TrialPlan ValidPlan() {
  TrialPlan plan;
  plan.network.hidden = {50};
  plan.updates = 3600;
  return plan;
}

// ValidPlan after `change`.
template <typename Change>
absl::Status ValidateWith(Change change) {
  TrialPlan plan = ValidPlan();
  change(plan);
  return Validate(plan, kSizes);
}

TEST(TrialPlanTest, NetworksOfAnyDepthAreValid) {
  EXPECT_THAT(ValidateWith([](TrialPlan& p) { p.network.hidden = {}; }),
              IsOk());
  EXPECT_THAT(ValidateWith([](TrialPlan& p) { p.network.hidden = {50}; }),
              IsOk());
  EXPECT_THAT(
      ValidateWith([](TrialPlan& p) { p.network.hidden = {50, 30, 20}; }),
      IsOk());
}

TEST(TrialPlanTest, LayerWithoutUnitsIsRefusedByNumber) {
  EXPECT_THAT(ValidateWith([](TrialPlan& p) { p.network.hidden = {50, 0}; }),
              StatusIs(kInvalid, HasSubstr("hidden[1] is 0")));
  EXPECT_THAT(ValidateWith([](TrialPlan& p) { p.network.hidden = {-3}; }),
              StatusIs(kInvalid, HasSubstr("hidden[0] is -3")));
}

TEST(TrialPlanTest, SharesAreFromZeroToBelowOne) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double bad : {-0.1, 1.0, nan}) {
    EXPECT_THAT(ValidateWith([&](TrialPlan& p) { p.network.dropout = bad; }),
                StatusIs(kInvalid, HasSubstr("dropout is ")));
    EXPECT_THAT(ValidateWith([&](TrialPlan& p) {
                  p.optimizer = SgdSpec{.momentum = bad};
                }),
                StatusIs(kInvalid, HasSubstr("sgd.momentum is ")));
    EXPECT_THAT(ValidateWith([&](TrialPlan& p) {
                  p.optimizer = AdamSpec{.beta1 = bad};
                }),
                StatusIs(kInvalid, HasSubstr("adam.beta1 is ")));
    EXPECT_THAT(ValidateWith([&](TrialPlan& p) {
                  p.optimizer = AdamSpec{.beta2 = bad};
                }),
                StatusIs(kInvalid, HasSubstr("adam.beta2 is ")));
  }
  EXPECT_THAT(ValidateWith([](TrialPlan& p) {
                p.network.dropout = 0.99;
                p.optimizer = AdamSpec{.beta1 = 0, .beta2 = 0};
              }),
              IsOk());
}

TEST(TrialPlanTest, EpsilonOfAdamIsPositiveAndFinite) {
  for (const double bad : {0.0, -1e-8, std::numeric_limits<double>::infinity(),
                           std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THAT(ValidateWith([&](TrialPlan& p) {
                  p.optimizer = AdamSpec{.epsilon = bad};
                }),
                StatusIs(kInvalid, HasSubstr("adam.epsilon is ")));
  }
}

TEST(TrialPlanTest, BatchNormNeedsTwoImages) {
  const auto with_batch = [](int64_t batch_size) {
    return ValidateWith([&](TrialPlan& p) {
      p.network.batch_norm = true;
      p.batch_size = batch_size;
    });
  };
  EXPECT_THAT(with_batch(1),
              StatusIs(kInvalid, HasSubstr("batch_size is 1; it must be 2")));
  EXPECT_THAT(with_batch(2), IsOk());
}

TEST(TrialPlanTest, PatienceIsPositive) {
  EXPECT_THAT(ValidateWith([](TrialPlan& p) {
                p.early_stopping = EarlyStoppingPlan{0};
              }),
              StatusIs(kInvalid, HasSubstr("early_stopping.patience is 0")));
}

TEST(TrialPlanTest, NetworkPastTheLimitIsRefusedWithoutOverflow) {
  EXPECT_THAT(ValidateWith([](TrialPlan& p) {
                p.network.hidden = {std::numeric_limits<int64_t>::max()};
              }),
              StatusIs(kInvalid, HasSubstr("hidden[0]")));
  EXPECT_THAT(
      ValidateWith([](TrialPlan& p) { p.network.hidden = {50'000, 50'000}; }),
      StatusIs(kInvalid, HasSubstr("hidden[1] is 50000")));
  EXPECT_THAT(
      ValidateWith([](TrialPlan& p) { p.network.hidden.assign(101, 1); }),
      StatusIs(kInvalid, HasSubstr("101 layers")));
}

TEST(TrialPlanTest, LambdaMustBeFiniteAndNotNegative) {
  EXPECT_THAT(ValidateWith([](TrialPlan& p) { p.lambda = -0.1; }),
              StatusIs(kInvalid, HasSubstr("lambda is -0.1")));
  EXPECT_THAT(ValidateWith([](TrialPlan& p) {
                p.lambda = std::numeric_limits<double>::quiet_NaN();
              }),
              StatusIs(kInvalid, HasSubstr("lambda is nan")));
}

TEST(TrialPlanTest, DeviationMustBeFiniteAndNotNegative) {
  EXPECT_THAT(
      ValidateWith([](TrialPlan& p) { p.network.init = NormalInit{-1}; }),
      StatusIs(kInvalid, HasSubstr("init.normal is -1")));
}

TEST(TrialPlanTest, ScheduleIsCheckedToo) {
  EXPECT_THAT(
      ValidateWith([](TrialPlan& p) { p.schedule = {ConstantRate{0}}; }),
      StatusIs(kInvalid, HasSubstr("schedule.constant.eta is 0")));
}

TEST(TrialPlanTest, BatchMustFitIntoTheTrainingPart) {
  EXPECT_THAT(ValidateWith([](TrialPlan& p) { p.batch_size = 0; }),
              StatusIs(kInvalid, HasSubstr("batch_size is 0")));
  EXPECT_THAT(ValidateWith([](TrialPlan& p) { p.batch_size = 45'001; }),
              StatusIs(kInvalid, HasSubstr("batch_size is 45001")));
}

TEST(TrialPlanTest, ShiftMustLeaveSomethingOfAnImage) {
  const auto with_shift = [](int64_t shift) {
    return ValidateWith([=](TrialPlan& p) { p.augmentation.shift = shift; });
  };
  EXPECT_THAT(with_shift(31), IsOk());
  EXPECT_THAT(with_shift(32),
              StatusIs(kInvalid, HasSubstr("augmentation.shift is 32")));
  EXPECT_THAT(with_shift(-1),
              StatusIs(kInvalid, HasSubstr("augmentation.shift is -1")));
  EXPECT_THAT(with_shift(std::numeric_limits<int64_t>::min()),
              StatusIs(kInvalid, HasSubstr("augmentation.shift")));
}

TEST(TrialPlanTest, OnlyImagesAreAugmented) {
  TrialPlan plan;
  plan.updates = 1;
  DataSizes sizes = kSizes;
  sizes.shape = {};
  EXPECT_THAT(Validate(plan, sizes), IsOk());
  plan.augmentation.mirror = true;
  EXPECT_THAT(Validate(plan, sizes),
              StatusIs(kInvalid, HasSubstr("the data are no images")));
}

TEST(TrialPlanTest, TrialMustHaveUpdates) {
  EXPECT_THAT(ValidateWith([](TrialPlan& p) { p.updates = 0; }),
              StatusIs(kInvalid, HasSubstr("updates is 0")));
}

TEST(TrialPlanTest, WarmupMustLeaveSomethingOfTheLength) {
  EXPECT_THAT(ValidateWith([](TrialPlan& p) { p.schedule.warmup = 3599; }),
              IsOk());
  EXPECT_THAT(ValidateWith([](TrialPlan& p) { p.schedule.warmup = 3600; }),
              StatusIs(kInvalid, HasSubstr("schedule.warmup is 3600; it must "
                                           "be less than the trial's 3600")));
}

TEST(TrialPlanTest, EvaluationsPerCycleNeedCycles) {
  EXPECT_THAT(ValidateWith([](TrialPlan& p) {
                p.evaluation.period = EvaluationPlan::Period::kCycle;
              }),
              StatusIs(kInvalid, HasSubstr("evaluate.per_cycle")));
}

TEST(TrialPlanTest, EvaluationsMustFitIntoTheirPeriod) {
  EXPECT_THAT(ValidateWith([](TrialPlan& p) { p.evaluation.count = 0; }),
              StatusIs(kInvalid, HasSubstr("evaluate.per_epoch is 0")));
  EXPECT_THAT(ValidateWith([](TrialPlan& p) { p.evaluation.count = 451; }),
              StatusIs(kInvalid, HasSubstr("evaluate.per_epoch is 451")));
  EXPECT_THAT(ValidateWith([](TrialPlan& p) {
                p.schedule = {CyclicalRate{0, 1, 900}};
                p.evaluation = {.period = EvaluationPlan::Period::kCycle,
                                .count = 1801};
              }),
              StatusIs(kInvalid, HasSubstr("evaluate.per_cycle is 1801")));
}

TEST(TrialPlanTest, EmptyPartsAreRefused) {
  DataSizes sizes = kSizes;
  sizes.validation = 0;
  EXPECT_THAT(Validate(ValidPlan(), sizes),
              StatusIs(kInvalid, HasSubstr("validation is 0")));
  sizes = kSizes;
  sizes.train = 0;
  EXPECT_THAT(Validate(ValidPlan(), sizes),
              StatusIs(kInvalid, HasSubstr("train is 0")));
}

TEST(TrialPlanTest, TestPartIsNeededOnlyToBeEvaluated) {
  EXPECT_THAT(Validate(ValidPlan(), kSizes), IsOk());
  EXPECT_THAT(ValidateWith([](TrialPlan& p) { p.evaluation.test = true; }),
              StatusIs(kInvalid, HasSubstr("test is 0")));
}

}  // namespace
}  // namespace etalon::train
