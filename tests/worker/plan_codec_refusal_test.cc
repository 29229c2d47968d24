// What a worker refuses, by name: each case changes one thing in a trial that
// can be trained.

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"
#include "tests/worker/plan_samples.h"
#include "worker/plan_codec.h"

namespace etalon::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Values;

struct Refusal {
  std::string name;
  // Merged over the sample's training.
  std::string change;
  absl::StatusCode code;
  // What the message must hold.
  std::string message;
};

void PrintTo(const Refusal& refusal, std::ostream* stream) {
  *stream << refusal.name;
}

std::string Name(const ::testing::TestParamInfo<Refusal>& info) {
  return info.param.name;
}

v1::Trial Changed(const std::string& change) {
  v1::Trial trial = SampleTrial();
  GTEST_CHECK_(google::protobuf::TextFormat::MergeFromString(
      change, trial.mutable_training()))
      << change;
  return trial;
}

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kUnknown = absl::StatusCode::kUnimplemented;

class PlanRefusal : public ::testing::TestWithParam<Refusal> {};

TEST_P(PlanRefusal, NamesTheField) {
  EXPECT_THAT(DecodePlan(Changed(GetParam().change), SampleSizes()),
              StatusIs(GetParam().code, HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Wrong, PlanRefusal,
    Values(Refusal{"BatchSizeOfZero", "batch_size: 0", kInvalid,
                   "training.batch_size is 0"},
           Refusal{"BatchLargerThanTheData", "batch_size: 401", kInvalid,
                   "training.batch_size is 401"},
           Refusal{"EpochsOfZero", "epochs: 0", kInvalid, "training.epochs"},
           Refusal{"TwoLengths", "updates: 5", kInvalid, "exactly one of"},
           Refusal{"NegativeLambda", "lambda: -1", kInvalid, "lambda"},
           Refusal{"LambdaNotANumber", "lambda: nan", kInvalid, "lambda"},
           Refusal{"BatchNormOfOneImage",
                   "batch_size: 1 network { batch_norm: true }", kInvalid,
                   "batch_size is 1"},
           Refusal{"DropoutOfAll", "network { dropout: 1 }", kInvalid,
                   "dropout is 1"},
           Refusal{"MomentumOfOne", "optimizer { sgd { momentum: 1 } }",
                   kInvalid, "sgd.momentum is 1"},
           Refusal{"AdamWithoutBeta1",
                   "optimizer { adam { beta2: 0.9 epsilon: 1 } }", kInvalid,
                   "training.optimizer.adam.beta1 is not set"},
           Refusal{"AdamWithoutBeta2",
                   "optimizer { adam { beta1: 0.9 epsilon: 1 } }", kInvalid,
                   "training.optimizer.adam.beta2 is not set"},
           Refusal{"AdamWithoutEpsilon",
                   "optimizer { adam { beta1: 0.9 beta2: 0.9 } }", kInvalid,
                   "training.optimizer.adam.epsilon is not set"},
           Refusal{"BetaOfOne",
                   "optimizer { adam { beta1: 0.9 beta2: 1 epsilon: 1 } }",
                   kInvalid, "adam.beta2 is 1"},
           Refusal{"EpsilonOfZero",
                   "optimizer { adam { beta1: 0.9 beta2: 0.9 epsilon: 0 } }",
                   kInvalid, "adam.epsilon is 0"},
           Refusal{"NoPatience", "early_stopping {}", kInvalid,
                   "early_stopping.patience is 0"},
           Refusal{"ShiftOutOfThePicture", "augmentation { shift: 32 }",
                   kInvalid, "augmentation.shift is 32"},
           Refusal{"NegativeShift", "augmentation { shift: -1 }", kInvalid,
                   "augmentation.shift is -1"},
           Refusal{"RateOfZero", "schedule { constant { eta: 0 } }", kInvalid,
                   "eta"},
           Refusal{"RateNotSet", "schedule { exponential { decay: 1 } }",
                   kInvalid, "training.schedule.exponential.eta"},
           Refusal{"LinearRateNotSet", "schedule { linear {} }", kInvalid,
                   "training.schedule.linear.eta is not set"},
           Refusal{"CosineRateNotSet", "schedule { cosine {} }", kInvalid,
                   "training.schedule.cosine.eta is not set"},
           Refusal{"StepDecayNotSet",
                   "schedule { step { eta: 0.1 every_epochs: 1 } }", kInvalid,
                   "training.schedule.step.decay is not set"},
           Refusal{"StepIntervalNotSet",
                   "schedule { step { eta: 0.1 decay: 0.5 } }", kInvalid,
                   "training.schedule.step.every_epochs (or every_updates)"},
           Refusal{"StepIntervalOfZero",
                   "schedule { step { eta: 0.1 decay: 0.5 every_updates: 0 } }",
                   kInvalid, "training.schedule.step.every_updates is 0"},
           Refusal{"StepIntervalNegative",
                   "schedule { step { eta: 0.1 decay: 0.5 every_epochs: -1 } }",
                   kInvalid, "training.schedule.step.every_epochs is -1"},
           Refusal{"NegativeWarmup", "schedule { warmup: -1 }", kInvalid,
                   "training.schedule.warmup is -1"},
           Refusal{"TwoWarmups", "schedule { warmup_epochs: 1 }", kInvalid,
                   "at most one of training.schedule.warmup"},
           Refusal{"WarmupOfTheWholeLength", "schedule { warmup: 16 }",
                   kInvalid,
                   "warmup is 16 updates; it must be less than the 16 of all"},
           Refusal{"LayerOfNoUnits", "network { hidden { values: 0 } }",
                   kInvalid, "hidden[2]"},
           Refusal{"LengthBesideCycles",
                   "schedule { cyclical { eta_min: 0 eta_max: 1 step_size: 9 "
                   "cycles: 1 } }",
                   kInvalid, "training.epochs"},
           Refusal{"PerCycleWithoutCycles", "evaluation { per_cycle: 2 }",
                   kInvalid, "per_cycle"},
           Refusal{"TooManyMeasurements",
                   "epochs: 5001 evaluation { per_epoch: 4 }", kInvalid,
                   "training.evaluation"}),
    Name);

TEST(PlanRefusals, PrecisionOfANewerCoordinatorIsNamed) {
  v1::Trial trial = SampleTrial();
  trial.mutable_training()->set_precision(static_cast<v1::Precision>(99));
  EXPECT_THAT(DecodePlan(trial, SampleSizes()),
              StatusIs(kUnknown, HasSubstr("training.precision is 99")));
}

TEST(PlanRefusals, ActivationOfANewerCoordinatorIsNamed) {
  v1::Trial trial = SampleTrial();
  trial.mutable_training()->mutable_network()->set_activation(
      static_cast<v1::Activation>(99));
  EXPECT_THAT(
      DecodePlan(trial, SampleSizes()),
      StatusIs(kUnknown, HasSubstr("training.network.activation is 99")));
}

class CyclicalRefusal : public ::testing::TestWithParam<Refusal> {};

TEST_P(CyclicalRefusal, NamesTheField) {
  v1::Trial trial = SampleTrial();
  trial.mutable_training()->clear_epochs();
  trial.mutable_training()->clear_schedule();
  GTEST_CHECK_(google::protobuf::TextFormat::MergeFromString(
      GetParam().change,
      trial.mutable_training()->mutable_schedule()->mutable_cyclical()));
  EXPECT_THAT(DecodePlan(trial, SampleSizes()),
              StatusIs(GetParam().code, HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Cyclical, CyclicalRefusal,
    Values(Refusal{"AnnealingThatGrows",
                   "eta_min: 0 eta_max: 1 step_size: 5 cycles: 1 "
                   "annealing: 1.5",
                   kInvalid, "schedule.cyclical.annealing is 1.5"},
           Refusal{"NoHalfCycle", "eta_min: 0 eta_max: 1 cycles: 1", kInvalid,
                   "training.schedule.cyclical.step_size"},
           Refusal{"HalfCycleOfZero",
                   "eta_min: 0 eta_max: 1 step_size: 0 cycles: 1", kInvalid,
                   "training.schedule.cyclical.step_size is 0"},
           Refusal{"NoCycles", "eta_min: 0 eta_max: 1 step_size: 5", kInvalid,
                   "training.schedule.cyclical.cycles"},
           Refusal{"NegativeCycles",
                   "eta_min: 0 eta_max: 1 step_size: 5 cycles: -1", kInvalid,
                   "training.schedule.cyclical.cycles is -1"},
           Refusal{"NoPeak", "eta_min: 0 step_size: 5 cycles: 1", kInvalid,
                   "training.schedule.cyclical.eta_max"},
           Refusal{"PeakBelowTheFoot",
                   "eta_min: 1 eta_max: 0.5 step_size: 5 cycles: 1", kInvalid,
                   "eta_max"},
           Refusal{"LongerThanAnyLife",
                   "eta_min: 0 eta_max: 1 step_epochs: 2147483647 "
                   "cycles: 2147483647",
                   kInvalid, "it must be"}),
    Name);

TEST(PlanRefusals, NothingOfATrialMayBeMissing) {
  v1::Trial trial = SampleTrial();
  trial.clear_seeds();
  EXPECT_THAT(DecodePlan(trial, SampleSizes()),
              StatusIs(kInvalid, "seeds is not set"));
  trial = SampleTrial();
  trial.mutable_training()->mutable_network()->clear_hidden();
  EXPECT_THAT(DecodePlan(trial, SampleSizes()),
              StatusIs(kInvalid, "training.network.hidden is not set"));
  trial = SampleTrial();
  trial.mutable_training()->clear_batch_size();
  EXPECT_THAT(DecodePlan(trial, SampleSizes()),
              StatusIs(kInvalid, "training.batch_size is not set"));
  trial = SampleTrial();
  trial.mutable_training()->clear_schedule();
  EXPECT_THAT(DecodePlan(trial, SampleSizes()),
              StatusIs(kInvalid, "training.schedule is not set"));
  trial = SampleTrial();
  trial.mutable_training()->clear_epochs();
  EXPECT_THAT(DecodePlan(trial, SampleSizes()),
              StatusIs(kInvalid, HasSubstr("training.epochs")));
}

}  // namespace
}  // namespace etalon::testing
