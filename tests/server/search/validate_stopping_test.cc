#include "server/search/validate_stopping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "server/search/validation.h"
#include "tests/server/search/specs.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::testing::HasSubstr;
using testing::IntegerRange;
using testing::ParseTextProto;
using testing::StatusIs;
using testing::ValidSpec;
using testing::WrongSpec;

// `coarse` halves trials of ten epochs.
v1::SearchSpec HalvingSpec() {
  v1::SearchSpec spec = ValidSpec();
  spec.mutable_training()->set_epochs(10);
  *spec.mutable_stages(0)->mutable_stopping() =
      ParseTextProto<v1::Stopping>("halving { factor: 3 minimum_epochs: 2 }");
  return spec;
}

v1::Stopping::Halving* HalvingOf(v1::SearchSpec& spec) {
  return spec.mutable_stages(0)->mutable_stopping()->mutable_halving();
}

TEST(ValidateStoppingTest, HalvesWithAnySampleThatDoesNotLearn) {
  ETALON_EXPECT_OK(ValidateSpec(HalvingSpec()));
  for (const char* sample :
       {"grid { points_per_parameter: 3 }", "sobol { count: 8 }",
        "latin_hypercube { count: 9 }"}) {
    v1::SearchSpec spec = HalvingSpec();
    *spec.mutable_stages(0)->mutable_sample() =
        ParseTextProto<v1::Sample>(sample);
    ETALON_EXPECT_OK(ValidateSpec(spec));
  }
}

TEST(ValidateStoppingTest, HalvesWithEarlyStopping) {
  v1::SearchSpec spec = HalvingSpec();
  spec.mutable_training()->mutable_early_stopping()->set_patience(2);
  ETALON_EXPECT_OK(ValidateSpec(spec));
}

TEST(ValidateStoppingTest, DefaultsAndTheWholeLengthAreFine) {
  v1::SearchSpec spec = HalvingSpec();
  HalvingOf(spec)->Clear();
  ETALON_EXPECT_OK(ValidateSpec(spec));
  HalvingOf(spec)->set_minimum_epochs(10);
  ETALON_EXPECT_OK(ValidateSpec(spec));
}

TEST(ValidateStoppingTest, AStagesReplicatesComeBeforeARace) {
  v1::SearchSpec spec = HalvingSpec();
  spec.mutable_race()->set_max(5);
  spec.mutable_stages(0)->set_replicates(2);
  ETALON_EXPECT_OK(ValidateStopping(spec, 0, "stages[0].stopping"));
}

v1::Stopping::Median* MedianOf(v1::SearchSpec& spec) {
  return spec.mutable_stages(0)->mutable_stopping()->mutable_median();
}

v1::Stopping::AsynchronousHalving* AsynchronousOf(v1::SearchSpec& spec) {
  return spec.mutable_stages(0)
      ->mutable_stopping()
      ->mutable_asynchronous_halving();
}

TEST(ValidateStoppingTest, ComparesWithAnySample) {
  for (const char* sample :
       {"grid { points_per_parameter: 3 }", "sobol { count: 8 }",
        "tpe { count: 20 }", "gaussian_process { count: 9 }",
        "cma_es { count: 12 }"}) {
    v1::SearchSpec spec = HalvingSpec();
    *spec.mutable_stages(0)->mutable_sample() =
        ParseTextProto<v1::Sample>(sample);
    MedianOf(spec);
    ETALON_EXPECT_OK(ValidateSpec(spec));
    MedianOf(spec)->set_warmup_epochs(0);
    MedianOf(spec)->set_look_ahead(256);
    MedianOf(spec)->set_deterministic(false);
    ETALON_EXPECT_OK(ValidateSpec(spec));
    AsynchronousOf(spec)->set_factor(2);
    ETALON_EXPECT_OK(ValidateSpec(spec));
  }
}

class WrongStoppingTest : public ::testing::TestWithParam<WrongSpec> {};

TEST_P(WrongStoppingTest, IsRefusedByName) {
  v1::SearchSpec spec = HalvingSpec();
  GetParam().change(spec);
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(GetParam().code, HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Stoppings, WrongStoppingTest,
    ::testing::Values(
        WrongSpec{.name = "WithoutARule",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(0)->mutable_stopping()->Clear();
                      },
                  .message = "stages[0].stopping: has no rule"},
        WrongSpec{.name = "OfATake",
                  .change =
                      [](auto& s) {
                        *s.mutable_stages(2)->mutable_stopping() =
                            s.stages(0).stopping();
                      },
                  .message = "stages[2].stopping: configurations that were "
                             "taken"},
        WrongSpec{.name = "InARaceOfTheStage",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(0)->mutable_race()->set_max(5);
                      },
                  .message = "stages[0].stopping: the stage races"},
        WrongSpec{.name = "InARaceOfTheSearch",
                  .change = [](auto& s) { s.mutable_race()->set_max(5); },
                  .message = "stages[0].stopping: the stage races"},
        WrongSpec{.name = "OfASampleThatLearns",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(0)
                            ->mutable_sample()
                            ->mutable_tpe()
                            ->set_count(20);
                      },
                  .message = "stages[0].stopping.halving: the stage's sample "
                             "chooses by results"},
        WrongSpec{.name = "FactorOfOne",
                  .change = [](auto& s) { HalvingOf(s)->set_factor(1); },
                  .message = "stages[0].stopping.halving.factor: 1 is too "
                             "small; use 2"},
        WrongSpec{
            .name = "FactorOfBillions",
            .change = [](auto& s) { HalvingOf(s)->set_factor(2'000'000'000); },
            .code = absl::StatusCode::kResourceExhausted,
            .message = "stages[0].stopping.halving.factor: 2000000000"},
        WrongSpec{
            .name = "NoEpochs",
            .change = [](auto& s) { HalvingOf(s)->set_minimum_epochs(0); },
            .message = "stages[0].stopping.halving.minimum_epochs: 0"},
        WrongSpec{.name = "EpochsThatAreNoNumber",
                  .change =
                      [](auto& s) {
                        HalvingOf(s)->set_minimum_epochs(
                            std::numeric_limits<double>::quiet_NaN());
                      },
                  .message = "stages[0].stopping.halving.minimum_epochs"},
        WrongSpec{
            .name = "MoreEpochsThanATrialHas",
            .change = [](auto& s) { HalvingOf(s)->set_minimum_epochs(10.5); },
            .message = "stages[0].stopping.halving.minimum_epochs: 10.5; a "
                       "trial has 10, use no more"},
        WrongSpec{
            .name = "MoreEpochsThanTheShortestTrialHas",
            .change =
                [](auto& s) {
                  *s.add_parameters() = IntegerRange("epochs", 1, 20);
                },
            .message = "minimum_epochs: 2; a trial has 1, use no more (with "}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Comparisons, WrongStoppingTest,
    ::testing::Values(
        WrongSpec{.name = "StartupOfNone",
                  .change = [](auto& s) { MedianOf(s)->set_startup(0); },
                  .message = "stages[0].stopping.median.startup: 0 is too "
                             "small; use 1"},
        WrongSpec{.name = "WarmupBelowZero",
                  .change = [](auto& s) { MedianOf(s)->set_warmup_epochs(-1); },
                  .message = "stages[0].stopping.median.warmup_epochs: -1; "
                             "use a number that is 0 or more"},
        WrongSpec{.name = "WarmupForEver",
                  .change =
                      [](auto& s) {
                        MedianOf(s)->set_warmup_epochs(
                            std::numeric_limits<double>::infinity());
                      },
                  .message = "stages[0].stopping.median.warmup_epochs"},
        WrongSpec{.name = "NoLookAhead",
                  .change = [](auto& s) { MedianOf(s)->set_look_ahead(0); },
                  .message = "stages[0].stopping.median.look_ahead: 0 is too "
                             "small"},
        WrongSpec{
            .name = "LookAheadPastTheLimit",
            .change = [](auto& s) { AsynchronousOf(s)->set_look_ahead(257); },
            .code = absl::StatusCode::kResourceExhausted,
            .message = "asynchronous_halving.look_ahead: 257"},
        WrongSpec{.name = "AsynchronousFactorOfOne",
                  .change = [](auto& s) { AsynchronousOf(s)->set_factor(1); },
                  .message = "stages[0].stopping.asynchronous_halving.factor: "
                             "1 is too small; use 2"},
        WrongSpec{
            .name = "AsynchronousMinimumLongerThanATrial",
            .change =
                [](auto& s) { AsynchronousOf(s)->set_minimum_epochs(10.5); },
            .message = "stages[0].stopping.asynchronous_halving."
                       "minimum_epochs: 10.5; a trial has 10, use no "
                       "more"},
        WrongSpec{.name = "TooManyToCompare",
                  .change =
                      [](auto& s) {
                        MedianOf(s);
                        s.mutable_stages(0)
                            ->mutable_sample()
                            ->mutable_random()
                            ->set_count(10'001);
                      },
                  .code = absl::StatusCode::kResourceExhausted,
                  .message = "stages[0].stopping.median: 10001"},
        WrongSpec{.name = "ComparedInARace",
                  .change =
                      [](auto& s) {
                        MedianOf(s);
                        s.mutable_race()->set_max(5);
                      },
                  .message = "stages[0].stopping: the stage races"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace etalon
