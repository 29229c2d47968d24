#include "server/search/validate_race.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "server/search/stage_plan.h"
#include "server/search/validation.h"
#include "tests/server/search/specs.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;
using testing::ValidSpec;
using testing::WrongSpec;

v1::Race& RaceOfFirst(v1::SearchSpec& spec) {
  v1::Race& race = *spec.mutable_stages(0)->mutable_race();
  race.set_max(10);
  return race;
}

TEST(ValidateRace, AcceptsOneInAStageAndInASearch) {
  v1::SearchSpec spec = ValidSpec();
  RaceOfFirst(spec);
  ETALON_EXPECT_OK(ValidateSpec(spec));
  EXPECT_EQ(PlannedTrials(spec, 0), 100);
  // The last stage has replicates of its own.
  spec = ValidSpec();
  spec.mutable_race()->set_max(5);
  spec.mutable_race()->set_start(5);
  spec.mutable_race()->set_confidence(0.5);
  ETALON_EXPECT_OK(ValidateSpec(spec));
  EXPECT_EQ(PlannedTrials(spec, 0), 50);
  EXPECT_EQ(PlannedTrials(spec, 2), 2);
}

TEST(ValidateRace, AStageMayHaveReplicatesInstead) {
  v1::SearchSpec spec = ValidSpec();
  spec.mutable_race()->set_max(5);
  spec.mutable_stages(0)->set_replicates(3);
  ETALON_EXPECT_OK(ValidateSpec(spec));
  EXPECT_EQ(PlannedTrials(spec, 0), 30);
}

class WrongRaceTest : public ::testing::TestWithParam<WrongSpec> {};

TEST_P(WrongRaceTest, IsRefusedByName) {
  v1::SearchSpec spec = ValidSpec();
  GetParam().change(spec);
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(GetParam().code, HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Races, WrongRaceTest,
    ::testing::Values(
        WrongSpec{.name = "MaxOne",
                  .change = [](auto& s) { RaceOfFirst(s).set_max(1); },
                  .message = "stages[0].race.max: 1 is too small"},
        WrongSpec{.name = "MaxNegative",
                  .change = [](auto& s) { s.mutable_race()->set_max(-3); },
                  .message = "race.max: -3 is too small"},
        WrongSpec{.name = "MaxHuge",
                  .change = [](auto& s) { RaceOfFirst(s).set_max(1001); },
                  .code = absl::StatusCode::kResourceExhausted,
                  .message = "stages[0].race.max: 1001 is past the limit"},
        WrongSpec{.name = "StartZero",
                  .change = [](auto& s) { RaceOfFirst(s).set_start(0); },
                  .message = "stages[0].race.start: 0 is too small"},
        WrongSpec{.name = "StartBeyondMax",
                  .change = [](auto& s) { RaceOfFirst(s).set_start(11); },
                  .message = "stages[0].race.max: 10 is below start"},
        WrongSpec{.name = "CertainlySo",
                  .change = [](auto& s) { RaceOfFirst(s).set_confidence(1); },
                  .message = "stages[0].race.confidence: 1 is no confidence"},
        WrongSpec{.name = "NotANumber",
                  .change =
                      [](auto& s) {
                        s.mutable_race()->set_max(4);
                        s.mutable_race()->set_confidence(
                            std::numeric_limits<double>::quiet_NaN());
                      },
                  .message = "race.confidence: nan is no confidence"},
        WrongSpec{.name = "BesideReplicates",
                  .change =
                      [](auto& s) {
                        RaceOfFirst(s);
                        s.mutable_stages(0)->set_replicates(2);
                      },
                  .message = "stages[0].race: stands beside replicates"},
        WrongSpec{.name = "BesideReplicatesOfTheSearch",
                  .change =
                      [](auto& s) {
                        s.mutable_race()->set_max(4);
                        s.set_replicates(2);
                      },
                  .message = "race: stands beside replicates"},
        WrongSpec{.name = "OfWhatLearns",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(0)
                            ->mutable_sample()
                            ->mutable_tpe()
                            ->set_count(10);
                        s.mutable_race()->set_max(4);
                      },
                  .message = "stages[0]: a race needs all configurations"},
        WrongSpec{.name = "OfOne",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(2)->clear_replicates();
                        s.mutable_race()->set_max(4);
                      },
                  .message = "stages[2]: a race of 1 configuration has "
                             "nothing to decide"},
        WrongSpec{.name = "OfTooMany",
                  .change =
                      [](auto& s) {
                        RaceOfFirst(s);
                        s.mutable_stages(0)
                            ->mutable_sample()
                            ->mutable_random()
                            ->set_count(2001);
                      },
                  .code = absl::StatusCode::kResourceExhausted,
                  .message = "stages[0].race: a race of 2001 configurations is "
                             "past the limit of 2000"},
        WrongSpec{
            .name = "WithStopping",
            .change =
                [](auto& s) {
                  RaceOfFirst(s);
                  s.mutable_stages(0)->mutable_stopping()->mutable_median();
                },
            .message = "stages[0].stopping: the stage races its replicates"}),
    testing::WrongSpecName);

}  // namespace
}  // namespace etalon
