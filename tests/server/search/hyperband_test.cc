#include "server/search/hyperband.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/search/halving.h"
#include "server/search/planned_work.h"
#include "server/search/sample.h"
#include "server/search/stage_expansion.h"
#include "server/search/stage_plan.h"
#include "server/search/training.h"
#include "server/search/validation.h"
#include "tests/server/search/specs.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::testing::ElementsAre;
using testing::EqualsProto;
using ::testing::HasSubstr;
using testing::IntegerRange;
using testing::ParseTextProto;
using testing::StatusIs;
using testing::ValidSpec;
using testing::WrongSpec;

// `coarse` is 81 random configurations of 81 epochs, as in the paper's table 1;
// `fine` refines it.
v1::SearchSpec HyperbandSpec() {
  v1::SearchSpec spec = ValidSpec();
  spec.mutable_training()->set_epochs(81);
  v1::StageSpec& stage = *spec.mutable_stages(0);
  stage.mutable_sample()->mutable_random()->set_count(81);
  stage.mutable_stopping()->mutable_hyperband();
  return spec;
}

// Configurations of each stage, and how many rungs its trials have.
std::vector<int> CountsOf(const v1::SearchSpec& spec) {
  std::vector<int> counts;
  for (const v1::StageSpec& stage : spec.stages()) {
    counts.push_back(SampleCount(stage.sample()));
  }
  return counts;
}
std::vector<int> RungsOf(const v1::SearchSpec& spec) {
  std::vector<int> rungs;
  for (int stage = 0; stage < spec.stages_size(); ++stage) {
    if (!spec.stages(stage).stopping().has_halving()) continue;
    rungs.push_back(static_cast<int>(
        RungUpdates(spec.stages(stage).stopping().halving(),
                    *ApplyParameters(ResolveTraining(spec, stage), {}))
            .size()));
  }
  return rungs;
}

TEST(HyperbandTest, StandsForItsBrackets) {
  v1::SearchSpec spec = HyperbandSpec();
  spec.mutable_stages()->DeleteSubrange(1, 2);
  const v1::SearchSpec expanded = ExpandStages(spec);
  // Algorithm 1 of Li et al. with R = 81 and a factor of 3: ceil(5 / 5 * 81),
  // ceil(5 / 4 * 27), ceil(5 / 3 * 9), ceil(5 / 2 * 3), 5.
  EXPECT_THAT(CountsOf(expanded), ElementsAre(81, 34, 15, 8, 5));
  EXPECT_THAT(RungsOf(expanded), ElementsAre(4, 3, 2, 1, 0));
  std::vector<std::string> names;
  for (const v1::StageSpec& stage : expanded.stages()) {
    names.push_back(stage.name());
    EXPECT_FALSE(stage.stopping().has_hyperband());
  }
  EXPECT_THAT(names, ElementsAre("coarse-1", "coarse-2", "coarse-3", "coarse-4",
                                 "coarse"));
  ETALON_EXPECT_OK(ValidateSpec(spec));
  ETALON_EXPECT_OK(ValidateSpec(expanded));
  EXPECT_THAT(ExpandStages(expanded), EqualsProto(expanded));
  for (int stage = 0; stage < 5; ++stage) {
    EXPECT_EQ(GivenStage(spec, stage), 0);
  }
}

TEST(HyperbandTest, BracketsTakeAboutAsMuchEach) {
  v1::SearchSpec spec = HyperbandSpec();
  spec.mutable_stages()->DeleteSubrange(1, 2);
  const v1::SearchPlan plan = PlanWork(ExpandStages(spec));
  for (const v1::PlannedStage& stage : plan.stages()) {
    // Five whole trials in the last bracket. The others have less, since what
    // goes on is not trained anew.
    const double epochs = static_cast<double>(stage.updates()) / 450;
    EXPECT_GE(epochs, 270) << stage.name();
    EXPECT_LE(epochs, 405) << stage.name();
  }
}

TEST(HyperbandTest, CountsAreThoseOfTheFirstBracket) {
  v1::SearchSpec spec = HyperbandSpec();
  spec.mutable_stages()->DeleteSubrange(1, 2);
  spec.mutable_training()->set_epochs(10);
  spec.mutable_stages(0)->mutable_sample()->mutable_sobol()->set_count(20);
  spec.mutable_stages(0)->mutable_stopping()->mutable_hyperband()->set_factor(
      2);
  spec.mutable_stages(0)
      ->mutable_stopping()
      ->mutable_hyperband()
      ->set_minimum_epochs(2);
  // 10, 5 and 2.5 epochs.
  const v1::SearchSpec expanded = ExpandStages(spec);
  EXPECT_THAT(CountsOf(expanded), ElementsAre(20, 15, 15));
  EXPECT_THAT(RungsOf(expanded), ElementsAre(2, 1, 0));
  EXPECT_TRUE(expanded.stages(1).sample().has_sobol());
}

TEST(HyperbandTest, ATrialOfOneEpochHasOneBracket) {
  v1::SearchSpec spec = HyperbandSpec();
  spec.mutable_training()->set_epochs(1);
  EXPECT_EQ(ExpandStages(spec).stages_size(), 3);
  ETALON_EXPECT_OK(ValidateSpec(spec));
}

TEST(StagesMeantTest, OfTheLastBracketAllAreMeant) {
  v1::SearchSpec spec = HyperbandSpec();
  const v1::SearchSpec expanded = ExpandStages(spec);
  EXPECT_THAT(StagesMeant(expanded, 4), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(StagesMeant(expanded, 0), ElementsAre(0));
  EXPECT_THAT(StagesMeant(expanded, 2), ElementsAre(2));
  EXPECT_THAT(StagesMeant(expanded, 5), ElementsAre(5));
  // A zoom's last round is meant alone, and so is who only has such a name.
  v1::SearchSpec zoom = ValidSpec();
  zoom.mutable_stages(0)->mutable_zoom()->set_rounds(3);
  zoom.mutable_stages(0)->mutable_zoom()->set_top(2);
  EXPECT_THAT(StagesMeant(ExpandStages(zoom), 2), ElementsAre(2));
}

// The best of every bracket may be what a later stage builds on.
TEST(StagesMeantTest, TopIsOfAllBrackets) {
  v1::SearchSpec spec = HyperbandSpec();
  spec.mutable_stages(1)->mutable_refine()->set_top(81 + 34 + 15 + 8 + 5);
  ETALON_EXPECT_OK(ValidateSpec(spec));
  spec.mutable_stages(1)->mutable_refine()->set_top(81 + 34 + 15 + 8 + 6);
  EXPECT_THAT(ValidateSpec(spec), StatusIs(absl::StatusCode::kInvalidArgument,
                                           HasSubstr("use 1 to 143")));
}

class WrongHyperbandTest : public ::testing::TestWithParam<WrongSpec> {};

TEST_P(WrongHyperbandTest, IsRefusedByName) {
  v1::SearchSpec spec = HyperbandSpec();
  GetParam().change(spec);
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(GetParam().code, HasSubstr(GetParam().message)));
}

v1::Stopping::Hyperband* HyperbandOf(v1::SearchSpec& spec) {
  return spec.mutable_stages(0)->mutable_stopping()->mutable_hyperband();
}

INSTANTIATE_TEST_SUITE_P(
    Hyperbands, WrongHyperbandTest,
    ::testing::Values(
        WrongSpec{
            .name = "OfATake",
            .change =
                [](auto& s) {
                  s.mutable_stages(2)->mutable_stopping()->mutable_hyperband();
                },
            .message = "stages[2].stopping.hyperband: configurations "
                       "that were taken"},
        WrongSpec{.name = "OfAGrid",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(0)
                            ->mutable_sample()
                            ->mutable_grid()
                            ->set_points_per_parameter(3);
                      },
                  .message = "stages[0].stopping.hyperband: every bracket"},
        WrongSpec{.name = "OfASampleThatLearns",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(0)
                            ->mutable_sample()
                            ->mutable_tpe()
                            ->set_count(20);
                      },
                  .message = "stages[0].stopping.hyperband: every bracket"},
        WrongSpec{.name = "WithAZoom",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(0)->mutable_zoom()->set_rounds(2);
                        s.mutable_stages(0)->mutable_zoom()->set_top(2);
                      },
                  .message = "stages[0].stopping.hyperband: the stage zooms"},
        WrongSpec{.name = "InARace",
                  .change = [](auto& s) { s.mutable_race()->set_max(5); },
                  .message = "stages[0].stopping: the stage races"},
        WrongSpec{.name = "FactorOfOne",
                  .change = [](auto& s) { HyperbandOf(s)->set_factor(1); },
                  .message = "stages[0].stopping.hyperband.factor: 1 is too "
                             "small; use 2"},
        WrongSpec{
            .name = "NegativeEpochs",
            .change = [](auto& s) { HyperbandOf(s)->set_minimum_epochs(-1); },
            .message = "stages[0].stopping.hyperband.minimum_epochs: -1"},
        WrongSpec{.name = "LengthsThatDiffer",
                  .change =
                      [](auto& s) {
                        *s.add_parameters() = IntegerRange("epochs", 3, 20);
                      },
                  .message = "its trials have 3 or 20 epochs, and brackets"},
        WrongSpec{
            .name = "MoreEpochsThanATrialHas",
            .change = [](auto& s) { HyperbandOf(s)->set_minimum_epochs(82); },
            .message = "stages[0].stopping.hyperband.minimum_epochs: 82; a "
                       "trial has 81"},
        WrongSpec{
            .name = "MoreStagesThanThereMayBe",
            .change =
                [](auto& s) {
                  s.mutable_training()->set_epochs(100'000);
                  s.mutable_training()->mutable_evaluation()->set_per_epoch(1);
                  HyperbandOf(s)->set_factor(2);
                  for (int i = 0; i < 20; ++i) {
                    v1::StageSpec* stage = s.add_stages();
                    *stage = s.stages(0);
                    stage->clear_stopping();
                    stage->set_name(std::string("more") +
                                    static_cast<char>('a' + i));
                  }
                },
            .code = absl::StatusCode::kResourceExhausted,
            .message = "stages up to this one is past"},
        WrongSpec{
            .name = "NameOfABracketThatIsTaken",
            .change =
                [](auto& s) { s.mutable_stages(2)->set_name("coarse-2"); },
            .message = "'coarse-2' is there twice"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace etalon
