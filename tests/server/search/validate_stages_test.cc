#include "server/search/validate_stages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "server/search/validation.h"
#include "tests/server/search/specs.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using testing::Categories;
using ::testing::HasSubstr;
using testing::IntegerRange;
using testing::LinearRange;
using testing::LogRange;
using testing::StatusIs;
using testing::ValidSpec;
using testing::WrongSpec;

constexpr auto kPastLimit = absl::StatusCode::kResourceExhausted;

v1::Sample::Grid& GridOf(v1::SearchSpec& spec) {
  return *spec.mutable_stages(1)->mutable_sample()->mutable_grid();
}

void AddPoints(v1::SearchSpec& spec, const std::string& name, int count) {
  v1::Sample::Grid::Points& points = *GridOf(spec).add_points();
  points.set_parameter(name);
  points.set_count(count);
}

class WrongStagesTest : public ::testing::TestWithParam<WrongSpec> {};

TEST_P(WrongStagesTest, IsRefusedByName) {
  v1::SearchSpec spec = ValidSpec();
  GetParam().change(spec);
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(GetParam().code, HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Lists, WrongStagesTest,
    ::testing::Values(
        WrongSpec{.name = "None",
                  .change = [](auto& s) { s.clear_stages(); },
                  .message = "stages: is empty"},
        WrongSpec{.name = "TooMany",
                  .change =
                      [](auto& s) {
                        while (s.stages_size() < 33) {
                          *s.add_stages() = s.stages(0);
                        }
                      },
                  .code = kPastLimit,
                  .message = "stages: 33 stages is past the limit of 32"},
        WrongSpec{
            .name = "BadName",
            .change = [](auto& s) { s.mutable_stages(1)->set_name("Fine!"); },
            .message = "stages[1].name"},
        WrongSpec{
            .name = "NameTwice",
            .change = [](auto& s) { s.mutable_stages(2)->set_name("fine"); },
            .message = "stages[2].name: 'fine' is there twice"},
        WrongSpec{
            .name = "ReservedName",
            .change = [](auto& s) { s.mutable_stages(1)->set_name("all"); },
            .message = "stages[1].name: 'all' stands for all stages"},
        WrongSpec{
            .name = "NoSource",
            .change = [](auto& s) { s.mutable_stages(0)->clear_source(); },
            .message = "stages[0]: has no configurations; give sample or "
                       "take"},
        WrongSpec{
            .name = "NoMethod",
            .change =
                [](auto& s) {
                  s.mutable_stages(0)->mutable_sample()->clear_method();
                },
            .message =
                "stages[0].sample: has no method; use random, grid, sobol, "
                "latin_hypercube, tpe, gaussian_process or cma_es"},
        WrongSpec{
            .name = "NoReplicates",
            .change = [](auto& s) { s.mutable_stages(0)->set_replicates(0); },
            .message = "stages[0].replicates: 0 is too small"},
        WrongSpec{
            .name = "TooManyReplicates",
            .change =
                [](auto& s) { s.mutable_stages(0)->set_replicates(1001); },
            .code = kPastLimit,
            .message = "stages[0].replicates: 1001 is past the limit of "
                       "1000"}),
    testing::WrongSpecName);

INSTANTIATE_TEST_SUITE_P(
    Samples, WrongStagesTest,
    ::testing::Values(
        WrongSpec{.name = "NoRandomDraws",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(0)
                            ->mutable_sample()
                            ->mutable_random()
                            ->set_count(0);
                      },
                  .message = "stages[0].sample.random.count: 0 is too small; "
                             "use 1 or more"},
        WrongSpec{.name = "TooManyRandomDraws",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(0)
                            ->mutable_sample()
                            ->mutable_random()
                            ->set_count(100'001);
                      },
                  .code = kPastLimit,
                  .message = "100001 is past the limit of 100000"},
        WrongSpec{
            .name = "NoGridPoints",
            .change = [](auto& s) { GridOf(s).set_points_per_parameter(0); },
            .message = "stages[1].sample.grid.points_per_parameter: 0 is "
                       "too small"},
        WrongSpec{.name = "NegativeGridPointsWithAllNamed",
                  .change =
                      [](auto& s) {
                        AddPoints(s, "lambda", 2);
                        AddPoints(s, "eta", 2);
                        GridOf(s).set_points_per_parameter(-1);
                      },
                  .message = "points_per_parameter: -1 is too small; use 0"},
        WrongSpec{
            .name = "NoPointsOfOneParameter",
            .change = [](auto& s) { AddPoints(s, "eta", 0); },
            .message = "stages[1].sample.grid.points[0].count: 0 is too small"},
        WrongSpec{.name = "PointsOfAnUnknownParameter",
                  .change = [](auto& s) { AddPoints(s, "etta", 2); },
                  .message = "stages[1].sample.grid.points[0].parameter: "
                             "'etta' is no parameter of the search; did you "
                             "mean 'eta'?"},
        WrongSpec{.name = "PointsTwice",
                  .change =
                      [](auto& s) {
                        AddPoints(s, "eta", 2);
                        AddPoints(s, "eta", 3);
                      },
                  .message = "points[1].parameter: 'eta' is there twice"},
        WrongSpec{.name = "PointsOfCategories",
                  .change =
                      [](auto& s) {
                        *s.mutable_parameters(0) = Categories("lambda", {0, 1});
                        AddPoints(s, "lambda", 2);
                      },
                  .message = "points[0].parameter: 'lambda' has categories"},
        WrongSpec{.name = "MorePointsThanIntegers",
                  .change =
                      [](auto& s) {
                        *s.mutable_parameters(0) = IntegerRange("lambda", 1, 4);
                        AddPoints(s, "lambda", 5);
                      },
                  .message = "points[0].count: 5 points of a range that has 4 "
                             "integers"},
        WrongSpec{.name = "TooManyEntries",
                  .change =
                      [](auto& s) {
                        for (int i = 0; i < 17; ++i) AddPoints(s, "eta", 2);
                      },
                  .code = kPastLimit,
                  .message = "17 entries is past the limit of 16"}),
    testing::WrongSpecName);

// Sets the first stage's sample.
std::function<void(v1::SearchSpec&)> SampleIs(const std::string& text) {
  return [text](v1::SearchSpec& spec) {
    *spec.mutable_stages(0)->mutable_sample() =
        testing::ParseTextProto<v1::Sample>(text);
  };
}

INSTANTIATE_TEST_SUITE_P(
    CountedSamples, WrongStagesTest,
    ::testing::Values(
        WrongSpec{.name = "NoSobolPoints",
                  .change = SampleIs("sobol {}"),
                  .message = "stages[0].sample.sobol.count: 0 is too small"},
        WrongSpec{.name = "TooManySobolPoints",
                  .change = SampleIs("sobol { count: 100001 }"),
                  .code = kPastLimit,
                  .message = "sobol.count: 100001 is past the limit"},
        WrongSpec{.name = "NoLatinHypercube",
                  .change = SampleIs("latin_hypercube { count: -1 }"),
                  .message = "latin_hypercube.count: -1 is too small"},
        WrongSpec{.name = "TooLargeALatinHypercube",
                  .change = SampleIs("latin_hypercube { count: 1000000000 }"),
                  .code = kPastLimit,
                  .message = "latin_hypercube.count: 1000000000 is past"},
        WrongSpec{.name = "TpeOfNone",
                  .change = SampleIs("tpe {}"),
                  .message = "stages[0].sample.tpe.count: 0 is too small"},
        WrongSpec{.name = "TpeOfTooMany",
                  .change = SampleIs("tpe { count: 10001 }"),
                  .code = kPastLimit,
                  .message = "tpe.count: 10001 is past the limit of 10000"},
        WrongSpec{.name = "TpeWithoutAStart",
                  .change = SampleIs("tpe { count: 20 startup: 0 }"),
                  .message = "tpe.startup: 0 of 20 configurations; use 1 to "
                             "20"},
        WrongSpec{.name = "TpeThatOnlyStarts",
                  .change = SampleIs("tpe { count: 20 startup: 21 }"),
                  .message = "tpe.startup: 21 of 20"},
        WrongSpec{.name = "NoLookAhead",
                  .change = SampleIs("tpe { count: 20 look_ahead: 0 }"),
                  .message = "tpe.look_ahead: 0 is too small; use 1 or more"},
        WrongSpec{.name = "TooFarALookAhead",
                  .change = SampleIs("tpe { count: 20 look_ahead: 257 }"),
                  .code = kPastLimit,
                  .message = "tpe.look_ahead: 257 is past the limit of 256"},
        WrongSpec{.name = "GaussianProcessOfTooMany",
                  .change = SampleIs("gaussian_process { count: 501 }"),
                  .code = kPastLimit,
                  .message = "gaussian_process.count: 501 is past the limit of "
                             "500"},
        WrongSpec{
            .name = "GaussianProcessWithoutLookAhead",
            .change = SampleIs("gaussian_process { count: 9 look_ahead: -1 }"),
            .message = "gaussian_process.look_ahead: -1 is too small"},
        WrongSpec{.name = "CmaEsOfTooMany",
                  .change = SampleIs("cma_es { count: 10001 }"),
                  .code = kPastLimit,
                  .message = "cma_es.count: 10001 is past the limit of 10000"},
        WrongSpec{.name = "CmaEsOfTooFewAtOnce",
                  .change = SampleIs("cma_es { count: 9 population: 3 }"),
                  .message = "cma_es.population: 3 is too small; use 4"},
        WrongSpec{.name = "CmaEsOfTooManyAtOnce",
                  .change = SampleIs("cma_es { count: 9 population: 257 }"),
                  .code = kPastLimit,
                  .message = "cma_es.population: 257 is past the limit of 256"},
        WrongSpec{.name = "CmaEsOfChoices",
                  .change =
                      [](auto& s) {
                        SampleIs("cma_es { count: 9 }")(s);
                        *s.mutable_parameters(1) = Categories("eta", {1, 2});
                      },
                  .message = "stages[0].sample.cma_es: 'eta' is a choice, and "
                             "cma_es moves numbers alone; use tpe"},
        WrongSpec{.name = "CmaEsOfNothing",
                  .change =
                      [](auto& s) {
                        SampleIs("cma_es { count: 9 }")(s);
                        *s.mutable_parameters(0) = LogRange("lambda", 1, 1);
                        *s.mutable_parameters(1) = Categories("eta", {1});
                      },
                  .message = "cma_es: every parameter has one value"}),
    testing::WrongSpecName);

INSTANTIATE_TEST_SUITE_P(
    References, WrongStagesTest,
    ::testing::Values(
        WrongSpec{.name = "RefineOfAnUnknownStage",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(1)->mutable_refine()->set_from(
                            "coarze");
                      },
                  .message = "stages[1].refine.from: 'coarze' is no earlier "
                             "stage; did you mean 'coarse'?"},
        WrongSpec{.name = "RefineOfItself",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(1)->mutable_refine()->set_from("fine");
                      },
                  .message = "stages[1].refine.from: 'fine' is no earlier "
                             "stage"},
        WrongSpec{.name = "RefineOfALaterStage",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(1)->mutable_refine()->set_from(
                            "final");
                      },
                  .message = "stages[1].refine.from: 'final' is no earlier"},
        WrongSpec{.name = "RefineInTheFirstStage",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(0)->mutable_refine()->set_from("x");
                      },
                  .message = "stages[0].refine.from: 'x' is no earlier stage; "
                             "the first stage has none"},
        WrongSpec{.name = "RefineOfNone",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(1)->mutable_refine()->set_top(0);
                      },
                  .message = "stages[1].refine.top: 0; stage 'coarse' has 10 "
                             "configurations, use 1 to 10"},
        WrongSpec{.name = "RefineOfMoreThanThereAre",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(1)->mutable_refine()->set_top(11);
                      },
                  .message = "stages[1].refine.top: 11; stage 'coarse' has 10"},
        WrongSpec{.name = "RefineOnAnotherScale",
                  .change =
                      [](auto& s) {
                        *s.mutable_stages(1)->add_parameters() =
                            LinearRange("eta", 1e-5, 1e-1);
                      },
                  .message = "stages[1].refine.from: 'coarse' has eta of "
                             "another kind or scale"},
        WrongSpec{.name = "RefineOfAnotherKind",
                  .change =
                      [](auto& s) {
                        *s.mutable_stages(1)->add_parameters() =
                            Categories("eta", {1});
                      },
                  .message = "'coarse' has eta of another kind"},
        WrongSpec{.name = "TakeOfAnUnknownStage",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(2)->mutable_take()->set_from("fin");
                      },
                  .message = "stages[2].take.from: 'fin' is no earlier stage; "
                             "did you mean 'fine'?"},
        WrongSpec{.name = "TakeOfItself",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(2)->mutable_take()->set_from("final");
                      },
                  .message = "stages[2].take.from: 'final' is no earlier"},
        WrongSpec{.name = "TakeOfMoreThanThereAre",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(2)->mutable_take()->set_top(10);
                      },
                  .message = "stages[2].take.top: 10; stage 'fine' has 9"},
        WrongSpec{.name = "TakeOfNone",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(2)->mutable_take()->set_top(-1);
                      },
                  .message = "stages[2].take.top: -1"},
        WrongSpec{.name = "TakeWithRefine",
                  .change =
                      [](auto& s) {
                        *s.mutable_stages(2)->mutable_refine() =
                            s.stages(1).refine();
                      },
                  .message = "stages[2].refine: a stage that takes"},
        WrongSpec{.name = "TakeWithParameters",
                  .change =
                      [](auto& s) {
                        *s.mutable_stages(2)->add_parameters() =
                            LogRange("eta", 1, 2);
                      },
                  .message = "stages[2].parameters: a stage that takes"}),
    testing::WrongSpecName);

INSTANTIATE_TEST_SUITE_P(
    Totals, WrongStagesTest,
    ::testing::Values(
        WrongSpec{.name = "OfAGrid",
                  .change =
                      [](auto& s) {
                        AddPoints(s, "eta", 400);
                        GridOf(s).set_points_per_parameter(251);
                      },
                  .code = kPastLimit,
                  .message = "stages[1]: 100410 trials up to this stage's end "
                             "is past the limit of 100000"},
        WrongSpec{.name = "OfReplicates",
                  .change =
                      [](auto& s) {
                        s.mutable_stages(0)
                            ->mutable_sample()
                            ->mutable_random()
                            ->set_count(101);
                        s.set_replicates(1000);
                      },
                  .code = kPastLimit,
                  .message = "stages[0]: 101000 trials"},
        WrongSpec{.name = "ThatDoNotFitTheType",
                  .change =
                      [](auto& s) {
                        for (const char* name :
                             {"network.dropout", "network.init",
                              "optimizer.sgd.momentum", "optimizer.adam.beta1",
                              "optimizer.adam.beta2", "schedule.step.decay"}) {
                          *s.add_parameters() = LogRange(name, 0.1, 0.2);
                        }
                        GridOf(s).set_points_per_parameter(100'000);
                      },
                  .code = kPastLimit,
                  .message = "stages[1]: 9223372036854775807 trials"}),
    testing::WrongSpecName);

TEST(ValidateStagesTest, PointsPerParameterMayBeMissingWhereAllAreNamed) {
  v1::SearchSpec spec = ValidSpec();
  GridOf(spec).clear_points_per_parameter();
  AddPoints(spec, "lambda", 40);
  AddPoints(spec, "eta", 25);
  ETALON_EXPECT_OK(ValidateSpec(spec));
}

TEST(ValidateStagesTest, PointsPerParameterMayPassTheNumberOfIntegers) {
  v1::SearchSpec spec = ValidSpec();
  *spec.mutable_parameters(0) = IntegerRange("lambda", 1, 2);
  ETALON_EXPECT_OK(ValidateSpec(spec));
}

TEST(ValidateStagesTest, AStageMayRefineWithinItsOwnRange) {
  v1::SearchSpec spec = ValidSpec();
  *spec.mutable_stages(1)->add_parameters() = LogRange("eta", 1e-4, 1e-2);
  ETALON_EXPECT_OK(ValidateSpec(spec));
}

TEST(ValidateStagesTest, EverySampleMayStandAtItsLimits) {
  for (const char* sample :
       {"sobol { count: 1 }", "latin_hypercube { count: 99000 }",
        "tpe { count: 10000 startup: 10000 look_ahead: 256 }",
        "gaussian_process { count: 500 startup: 1 look_ahead: 1 }",
        "cma_es { count: 10000 population: 4 }", "cma_es { count: 1 }"}) {
    v1::SearchSpec spec = ValidSpec();
    SampleIs(sample)(spec);
    spec.mutable_stages(1)->mutable_refine()->set_top(1);
    ETALON_EXPECT_OK(ValidateSpec(spec)) << sample;
  }
}

}  // namespace
}  // namespace etalon
