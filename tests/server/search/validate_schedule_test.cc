#include "server/search/validate_schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/search/validation.h"
#include "tests/server/search/specs.h"
#include "tests/server/search/wrong_training.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::testing::HasSubstr;
using testing::ParseTextProto;
using testing::StatusIs;
using testing::ValidSpec;
using testing::WrongTraining;
using testing::WrongTrainingName;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kPastLimit = absl::StatusCode::kResourceExhausted;

// A cyclical search, where eta is not searched. `more`: of its training.
v1::SearchSpec CyclicalSpec(const std::string& cyclical,
                            const std::string& more = "") {
  v1::SearchSpec spec = ValidSpec();
  spec.mutable_parameters()->RemoveLast();
  *spec.mutable_training() =
      ParseTextProto<v1::Training>("dataset { name: 'cifar10' } " + more);
  *spec.mutable_training()->mutable_schedule()->mutable_cyclical() =
      ParseTextProto<v1::Schedule::Cyclical>(cyclical);
  return spec;
}

class WrongCyclicalTest : public ::testing::TestWithParam<WrongTraining> {};

TEST_P(WrongCyclicalTest, IsRefusedByName) {
  EXPECT_THAT(
      ValidateSpec(CyclicalSpec(GetParam().training)),
      StatusIs(GetParam().code,
               HasSubstr("training.schedule.cyclical." + GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Fields, WrongCyclicalTest,
    ::testing::Values(
        WrongTraining{"NoHalfCycle", "cycles: 2",
                      "step_size: is missing; give the half-cycle"},
        WrongTraining{"StepSizeZero", "step_size: 0",
                      "step_size: 0 is too small"},
        WrongTraining{"StepEpochsZero", "step_epochs: 0",
                      "step_epochs: 0 is too small"},
        WrongTraining{"StepEpochsNegative", "step_epochs: -2",
                      "step_epochs: -2 is too small"},
        WrongTraining{"CyclesZero", "step_size: 9 cycles: 0",
                      "cycles: 0 is too small"},
        WrongTraining{"EtaMinZero", "step_size: 9 eta_min: 0", "eta_min: 0"},
        WrongTraining{"EtaMaxNotAboveEtaMin", "step_size: 9 eta_max: 1e-5",
                      "eta_max: 1e-05 is not more than eta_min, 1e-05"},
        WrongTraining{"AnnealingZero", "step_size: 9 annealing: 0",
                      "annealing: 0; use more than 0 and at most 1"},
        WrongTraining{"TooLong", "step_epochs: 1000000 cycles: 3",
                      "cycles: 2700000000 updates of a trial is past the limit",
                      kPastLimit},
        WrongTraining{"AnnealingThatGrows", "step_size: 9 annealing: 1.5",
                      "annealing: 1.5; use more than 0 and at most 1"}),
    WrongTrainingName);

TEST(ValidateScheduleTest, ACyclicalScheduleNeedsNoLength) {
  ETALON_EXPECT_OK(ValidateSpec(CyclicalSpec("step_size: 900 cycles: 2")));
  ETALON_EXPECT_OK(ValidateSpec(
      CyclicalSpec("step_epochs: 2", "evaluation { per_cycle: 10 }")));
}

TEST(ValidateScheduleTest, ACyclicalScheduleTakesNoOtherLength) {
  EXPECT_THAT(ValidateSpec(CyclicalSpec("step_size: 900", "epochs: 10")),
              StatusIs(kInvalid, HasSubstr("training.epochs: 10; the length of "
                                           "a cyclical schedule")));
  EXPECT_THAT(
      ValidateSpec(CyclicalSpec("step_size: 900", "updates: 11")),
      StatusIs(kInvalid, HasSubstr("training.updates: 11; the length")));
}

TEST(ValidateScheduleTest, ACycleHasNoMoreEvaluationsThanUpdates) {
  EXPECT_THAT(
      ValidateSpec(CyclicalSpec("step_size: 4", "evaluation { per_cycle: 9 }")),
      StatusIs(kInvalid, HasSubstr("training.evaluation.per_cycle: 9 is more "
                                   "than the 8 updates of a cycle")));
}

TEST(ValidateScheduleTest, OtherSchedulesNeedExactlyOneLength) {
  v1::SearchSpec spec = ValidSpec();
  spec.mutable_training()->set_updates(100);
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(kInvalid, HasSubstr("training.updates: 100, and epochs "
                                           "2; give one of the two")));
  spec.mutable_training()->clear_updates();
  spec.mutable_training()->clear_epochs();
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(kInvalid, HasSubstr("training.epochs: is missing")));
  spec.mutable_training()->set_updates(0);
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(kInvalid, HasSubstr("training.updates: 0")));
  spec.mutable_training()->set_updates(100);
  ETALON_EXPECT_OK(ValidateSpec(spec));
}

// ValidSpec, whose first stage has 2 epochs of 450 updates, with this schedule.
v1::SearchSpec ScheduledSpec(const std::string& schedule) {
  v1::SearchSpec spec = ValidSpec();
  *spec.mutable_training()->mutable_schedule() =
      ParseTextProto<v1::Schedule>(schedule);
  return spec;
}

TEST(ValidateScheduleTest, EveryFormIsTrained) {
  for (const std::string form :
       {"constant {}", "exponential { decay: 0.9 }", "linear {}", "cosine {}",
        "step { decay: 0.5 every_epochs: 1 }",
        "step { decay: 0.5 every_updates: 100 }"}) {
    ETALON_EXPECT_OK(ValidateSpec(ScheduledSpec(form)));
    ETALON_EXPECT_OK(ValidateSpec(ScheduledSpec(form + " warmup: 899")));
    ETALON_EXPECT_OK(ValidateSpec(ScheduledSpec(form + " warmup_epochs: 1")));
  }
  ETALON_EXPECT_OK(ValidateSpec(
      CyclicalSpec("step_size: 900 cycles: 2 annealing: 0.5",
                   "schedule { warmup: 100 } evaluation { per_cycle: 9 }")));
}

TEST(ValidateScheduleTest, AWarmupLeavesSomethingOfTheLength) {
  EXPECT_THAT(
      ValidateSpec(ScheduledSpec("linear {} warmup: 900")),
      StatusIs(kInvalid, HasSubstr("training.schedule.warmup: 900 updates of "
                                   "warm-up leave nothing of the 900")));
  EXPECT_THAT(
      ValidateSpec(ScheduledSpec("cosine {} warmup_epochs: 2")),
      StatusIs(kInvalid, HasSubstr("training.schedule.warmup_epochs: 900 "
                                   "updates of warm-up leave nothing")));
}

TEST(ValidateScheduleTest, AWarmupIsWrittenInOneUnit) {
  EXPECT_THAT(ValidateSpec(ScheduledSpec("linear {} warmup: 0 "
                                         "warmup_epochs: 1")),
              StatusIs(kInvalid, HasSubstr("warmup_epochs: 1, and warmup 0; "
                                           "give one of the two")));
}

TEST(ValidateScheduleTest, AWarmupCountsTowardsTheLimitOfUpdates) {
  EXPECT_THAT(ValidateSpec(CyclicalSpec("step_size: 25000000 cycles: 2",
                                        "schedule { warmup: 1 }")),
              StatusIs(kPastLimit, HasSubstr("100000001 updates of a trial")));
}

TEST(ValidateScheduleTest, AScheduleIsNeeded) {
  v1::SearchSpec spec = ValidSpec();
  spec.mutable_training()->clear_schedule();
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(kInvalid, HasSubstr("training.schedule: is missing")));
}

TEST(ValidateScheduleTest, ARateIsNeededUnlessItIsSearched) {
  v1::SearchSpec spec = ValidSpec();
  spec.mutable_parameters()->RemoveLast();
  EXPECT_THAT(
      ValidateSpec(spec),
      StatusIs(kInvalid,
               HasSubstr("training.schedule.constant.eta: is missing")));
  spec.mutable_training()->mutable_schedule()->mutable_constant()->set_eta(0.1);
  ETALON_EXPECT_OK(ValidateSpec(spec));
}

}  // namespace
}  // namespace etalon
