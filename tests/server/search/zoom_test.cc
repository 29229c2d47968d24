#include "server/search/zoom.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "server/search/stage_expansion.h"
#include "server/search/stage_plan.h"
#include "server/search/validation.h"
#include "tests/server/search/specs.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using testing::EqualsProto;
using ::testing::HasSubstr;
using testing::ParseTextProto;
using testing::StatusIs;
using testing::ValidSpec;
using testing::WrongSpec;

// `fine` zooms in, between `coarse` and `final`.
v1::SearchSpec ZoomSpec() {
  v1::SearchSpec spec = ValidSpec();
  *spec.mutable_stages(1)->mutable_zoom() =
      ParseTextProto<v1::Zoom>("rounds: 3 top: 2 extend: true");
  spec.mutable_stages(1)->set_evaluate_test(true);
  return spec;
}

TEST(ZoomTest, StandsForStagesThatRefineEachOther) {
  const v1::SearchSpec expanded = ExpandStages(ZoomSpec());
  ASSERT_EQ(expanded.stages_size(), 5);
  EXPECT_THAT(expanded.stages(0), EqualsProto(ValidSpec().stages(0)));
  EXPECT_THAT(expanded.stages(1),
              EqualsProto(ParseTextProto<v1::StageSpec>(R"pb(
                name: "fine-1"
                sample { grid { points_per_parameter: 3 } }
                refine { from: "coarse" top: 3 }
              )pb")));
  EXPECT_THAT(expanded.stages(2),
              EqualsProto(ParseTextProto<v1::StageSpec>(R"pb(
                name: "fine-2"
                sample { grid { points_per_parameter: 3 } }
                refine { from: "fine-1" top: 2 extend: true }
              )pb")));
  EXPECT_THAT(expanded.stages(3),
              EqualsProto(ParseTextProto<v1::StageSpec>(R"pb(
                name: "fine"
                sample { grid { points_per_parameter: 3 } }
                refine { from: "fine-2" top: 2 extend: true }
                evaluate_test: true
              )pb")));
  EXPECT_THAT(expanded.stages(4), EqualsProto(ValidSpec().stages(2)));
  ETALON_EXPECT_OK(ValidateSpec(ZoomSpec()));
  ETALON_EXPECT_OK(ValidateSpec(expanded));
}

TEST(ZoomTest, ASpecWithoutOneStaysAsItIs) {
  EXPECT_THAT(ExpandStages(ValidSpec()), EqualsProto(ValidSpec()));
  EXPECT_THAT(ExpandStages(ExpandStages(ZoomSpec())),
              EqualsProto(ExpandStages(ZoomSpec())));
}

TEST(ZoomTest, StagesAreFoundAgain) {
  const int expected[] = {0, 1, 1, 1, 2};
  for (int stage = 0; stage < 5; ++stage) {
    EXPECT_EQ(GivenStage(ZoomSpec(), stage), expected[stage]);
  }
}

// Every round's box holds the best of the one before, and lies within it.
TEST(ZoomTest, BoxesNarrowRoundTheBest) {
  v1::SearchSpec spec = ValidSpec();
  spec.mutable_stages()->DeleteSubrange(1, 2);
  *spec.mutable_stages(0)->mutable_zoom() =
      ParseTextProto<v1::Zoom>("rounds: 4 top: 2");
  const v1::SearchSpec expanded = ExpandStages(spec);
  StagePlan before;
  std::vector<v1::Trial> trials;
  for (int stage = 0; stage < 4; ++stage) {
    ETALON_ASSERT_OK_AND_ASSIGN(StagePlan plan,
                                PlanStage(expanded, stage, trials, before.box));
    const v1::Parameter::DoubleRange& range = plan.box[0].double_range();
    EXPECT_LE(range.minimum(), 1e-3);
    EXPECT_GE(range.maximum(), 1e-3);
    if (stage > 0) {
      const v1::Parameter::DoubleRange& earlier = before.box[0].double_range();
      EXPECT_LT(range.maximum() / range.minimum(),
                earlier.maximum() / earlier.minimum());
    }
    trials = testing::Train(
        plan, expanded.stages(stage).name(), [](const Configuration& c) {
          return 1 / (1 + std::abs(std::log(c.parameters[0].value().number() /
                                            1e-3)));
        });
    before = std::move(plan);
  }
}

class WrongZoomTest : public ::testing::TestWithParam<WrongSpec> {};

TEST_P(WrongZoomTest, IsRefusedByName) {
  v1::SearchSpec spec = ZoomSpec();
  GetParam().change(spec);
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(GetParam().code, HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Zooms, WrongZoomTest,
    ::testing::Values(
        WrongSpec{.name = "OfATake",
                  .change =
                      [](auto& s) {
                        *s.mutable_stages(2)->mutable_zoom() =
                            s.stages(1).zoom();
                      },
                  .message = "stages[2].zoom: a stage that takes"},
        WrongSpec{.name = "OneRound",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(1)->mutable_zoom()->set_rounds(1);
                      },
                  .message = "stages[1].zoom.rounds: 1 is too small; use 2"},
        WrongSpec{.name = "BillionsOfRounds",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(1)->mutable_zoom()->set_rounds(
                            2'000'000'000);
                      },
                  .code = absl::StatusCode::kResourceExhausted,
                  .message = "stages[1].zoom.rounds: 2000000000 is past"},
        WrongSpec{.name = "MoreStagesThanThereMayBe",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(1)->mutable_zoom()->set_rounds(32);
                      },
                  .code = absl::StatusCode::kResourceExhausted,
                  .message = "stages[1].zoom.rounds: 33 stages up to this one "
                             "is past the limit of 32"},
        WrongSpec{.name = "TopOfNone",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(1)->mutable_zoom()->set_top(0);
                      },
                  .message = "stages[1].zoom.top: 0; a round has 9"},
        WrongSpec{.name = "TopOfMoreThanThereAre",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(1)->mutable_zoom()->set_top(10);
                      },
                  .message = "stages[1].zoom.top: 10; a round has 9 "
                             "configurations, use 1 to 9"},
        WrongSpec{
            .name = "ARoundOfTheNameOfAnotherStage",
            .change = [](auto& s) { s.mutable_stages(0)->set_name("fine-2"); },
            .message = "stages[1].refine.from: 'coarse' is no earlier"},
        WrongSpec{
            .name = "ARoundsNameIsTaken",
            .change = [](auto& s) { s.mutable_stages(2)->set_name("fine-2"); },
            .message = "stages[2].name: 'fine-2' is there twice"},
        // Past the zoom: named as in the search that was sent.
        WrongSpec{.name = "LaterStagesKeepTheirNumber",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(2)->mutable_take()->set_top(10);
                      },
                  .message = "stages[2].take.top: 10; stage 'fine' has 9"},
        WrongSpec{.name = "TrialsOfAllRoundsCount",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(1)
                            ->mutable_sample()
                            ->mutable_grid()
                            ->set_points_per_parameter(200);
                      },
                  .code = absl::StatusCode::kResourceExhausted,
                  .message = "stages[1]: 120010 trials up to this stage's end "
                             "is past the limit of 100000"}),
    testing::WrongSpecName);

}  // namespace
}  // namespace etalon
