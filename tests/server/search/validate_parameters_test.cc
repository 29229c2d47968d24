#include "server/search/validate_parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "server/search/validation.h"
#include "tests/server/search/specs.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using testing::Categories;
using ::testing::HasSubstr;
using testing::IntegerRange;
using testing::LinearRange;
using testing::LogRange;
using testing::Number;
using testing::StatusIs;
using testing::ValidSpec;
using testing::WrongSpec;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr auto kPastLimit = absl::StatusCode::kResourceExhausted;

void SetLambda(v1::SearchSpec& spec, const v1::Parameter& parameter) {
  *spec.mutable_parameters(0) = parameter;
}

class WrongParametersTest : public ::testing::TestWithParam<WrongSpec> {};

TEST_P(WrongParametersTest, IsRefusedByName) {
  v1::SearchSpec spec = ValidSpec();
  GetParam().change(spec);
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(GetParam().code, HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Names, WrongParametersTest,
    ::testing::Values(
        WrongSpec{.name = "None",
                  .change = [](auto& s) { s.clear_parameters(); },
                  .message = "parameters: is empty"},
        WrongSpec{
            .name = "Empty",
            .change = [](auto& s) { s.mutable_parameters(1)->clear_name(); },
            .message =
                "parameters[1].name: is missing; name a field of the training"},
        WrongSpec{
            .name = "Twice",
            .change =
                [](auto& s) { s.mutable_parameters(1)->set_name("lambda"); },
            .message = "parameters[1].name: 'lambda' is there twice"},
        WrongSpec{.name = "TooLong",
                  .change =
                      [](auto& s) {
                        s.mutable_parameters(1)->set_name(std::string(64, 'x'));
                      },
                  .code = kPastLimit,
                  .message = "64 bytes is past the limit of 63"},
        WrongSpec{.name = "TooMany",
                  .change =
                      [](auto& s) {
                        for (int i = 0; i < 15; ++i) {
                          *s.add_parameters() =
                              LogRange("p" + std::to_string(i), 1, 2);
                        }
                      },
                  .code = kPastLimit,
                  .message = "17 parameters is past the limit of 16"},
        WrongSpec{
            .name = "NotSearchable",
            .change =
                [](auto& s) { s.mutable_parameters(1)->set_name("momentum"); },
            .message = "parameters[1].name: 'momentum' is no field of the "
                       "training that can be searched; did you mean "
                       "'optimizer.sgd.momentum'?"},
        WrongSpec{.name = "OfAStageUnknown",
                  .change =
                      [](auto& s) {
                        *s.mutable_stages(0)->add_parameters() =
                            LogRange("lamda", 1e-3, 1e-2);
                      },
                  .message = "stages[0].parameters[0].name: 'lamda' is no "
                             "parameter of the search; did you mean 'lambda'?"},
        WrongSpec{
            .name = "OfAStageTwice",
            .change =
                [](auto& s) {
                  for (int i = 0; i < 2; ++i) {
                    *s.mutable_stages(0)->add_parameters() =
                        LogRange("eta", 1e-3, 1e-2);
                  }
                },
            .message = "stages[0].parameters[1].name: 'eta' is there twice"}),
    testing::WrongSpecName);

INSTANTIATE_TEST_SUITE_P(
    Ranges, WrongParametersTest,
    ::testing::Values(
        WrongSpec{
            .name = "Missing",
            .change = [](auto& s) { s.mutable_parameters(0)->clear_domain(); },
            .message = "parameters[0]: has no range"},
        WrongSpec{
            .name = "TurnedRound",
            .change =
                [](auto& s) { SetLambda(s, LogRange("lambda", 0.1, 1e-5)); },
            .message = "parameters[0].double_range: minimum 0.1 is more "
                       "than maximum 1e-05; swap them"},
        WrongSpec{
            .name = "IntegersTurnedRound",
            .change =
                [](auto& s) { SetLambda(s, IntegerRange("lambda", 3, 1)); },
            .message = "parameters[0].integer_range: minimum 3 is more "
                       "than maximum 1"},
        WrongSpec{
            .name = "LogOfZero",
            .change = [](auto& s) { SetLambda(s, LogRange("lambda", 0, 0.1)); },
            .message = "parameters[0].double_range.minimum: 0 has no "
                       "place on a log scale"},
        WrongSpec{
            .name = "LogOfANegative",
            .change =
                [](auto& s) { SetLambda(s, LogRange("lambda", -1, 0.1)); },
            .message = "minimum: -1 has no place on a log scale"},
        WrongSpec{.name = "LogOfIntegerZero",
                  .change =
                      [](auto& s) {
                        SetLambda(s, IntegerRange("lambda", 0, 4,
                                                  v1::Parameter::LOG));
                      },
                  .message = "integer_range.minimum: 0 has no place"},
        WrongSpec{
            .name = "LogOfNearlyZero",
            .change =
                [](auto& s) { SetLambda(s, LogRange("lambda", 1e-300, 0.1)); },
            .code = kPastLimit,
            .message = "1e-300 is past the limit of 1e-30"},
        WrongSpec{
            .name = "MinimumNan",
            .change =
                [](auto& s) { SetLambda(s, LinearRange("lambda", kNan, 1)); },
            .message = "parameters[0].double_range.minimum: nan; use a finite"},
        WrongSpec{.name = "MaximumInfinite",
                  .change =
                      [](auto& s) {
                        SetLambda(s, LinearRange("lambda", 0, kInfinity));
                      },
                  .message = "parameters[0].double_range.maximum: inf"},
        WrongSpec{
            .name = "TooLarge",
            .change =
                [](auto& s) { SetLambda(s, LinearRange("lambda", 0, 1e31)); },
            .code = kPastLimit,
            .message = "1e+31 is past the limit of 1e+30"},
        WrongSpec{.name = "IntegersTooLarge",
                  .change =
                      [](auto& s) {
                        SetLambda(s, IntegerRange("lambda", 0,
                                                  (int64_t{1} << 53) + 1));
                      },
                  .code = kPastLimit,
                  .message = "9007199254740993 is past the limit of "
                             "9007199254740992"},
        WrongSpec{
            .name = "UnknownScale",
            .change =
                [](auto& s) {
                  s.mutable_parameters(0)->mutable_double_range()->set_scale(
                      static_cast<v1::Parameter::Scale>(9));
                },
            .message = "parameters[0].double_range.scale: 9 is no scale"},
        WrongSpec{
            .name = "OfAStageTurnedRound",
            .change =
                [](auto& s) {
                  *s.mutable_stages(0)->add_parameters() =
                      LogRange("eta", 1, 0.5);
                },
            .message = "stages[0].parameters[0].double_range: minimum 1"}),
    testing::WrongSpecName);

INSTANTIATE_TEST_SUITE_P(
    Categories, WrongParametersTest,
    ::testing::Values(
        WrongSpec{.name = "None",
                  .change =
                      [](auto& s) {
                        SetLambda(s, Categories("lambda", {}));
                        s.mutable_parameters(0)->mutable_categories();
                      },
                  .message = "parameters[0].categories.values: is empty"},
        WrongSpec{.name = "TooMany",
                  .change =
                      [](auto& s) {
                        SetLambda(
                            s, Categories("lambda", std::vector<double>(1001)));
                      },
                  .code = kPastLimit,
                  .message = "1001 values is past the limit of 1000"},
        WrongSpec{
            .name = "Twice",
            .change =
                [](auto& s) { SetLambda(s, Categories("lambda", {1, 2, 1})); },
            .message = "categories.values[2]: 1 is there twice"},
        WrongSpec{
            .name = "ZeroOfBothSigns",
            .change =
                [](auto& s) { SetLambda(s, Categories("lambda", {0, -0.0})); },
            .message = "is there twice"},
        WrongSpec{.name = "OfTwoKinds",
                  .change =
                      [](auto& s) {
                        SetLambda(s, Categories("lambda", {1}));
                        s.mutable_parameters(0)
                            ->mutable_categories()
                            ->add_values()
                            ->set_text("much");
                      },
                  .message = "categories.values[1]: 'much' is not of the kind "
                             "of 1"},
        WrongSpec{
            .name = "OfNoKind",
            .change =
                [](auto& s) {
                  SetLambda(s, Categories("lambda", {1}));
                  s.mutable_parameters(0)->mutable_categories()->add_values();
                },
            .message = "categories.values[1]: is empty"},
        WrongSpec{
            .name = "NotANumber",
            .change =
                [](auto& s) { SetLambda(s, Categories("lambda", {kNan})); },
            .message = "categories.values[0]: nan"},
        WrongSpec{.name = "LongText",
                  .change =
                      [](auto& s) {
                        s.mutable_parameters(0)
                            ->mutable_categories()
                            ->add_values()
                            ->set_text(std::string(257, 'x'));
                      },
                  .code = kPastLimit,
                  .message = "257 bytes is past the limit of 256"},
        WrongSpec{
            .name = "TextAsANumber",
            .change =
                [](auto& s) {
                  s.mutable_parameters(0)
                      ->mutable_categories()
                      ->add_values()
                      ->set_text("much");
                },
            .message = "parameters[0].categories.values[0]: lambda: 'much' "
                       "does not fit; use numbers"}),
    testing::WrongSpecName);

INSTANTIATE_TEST_SUITE_P(
    Values, WrongParametersTest,
    ::testing::Values(
        WrongSpec{
            .name = "NegativeLambda",
            .change =
                [](auto& s) { SetLambda(s, LinearRange("lambda", -0.1, 0.1)); },
            .message =
                "parameters[0]: -0.1; use a finite number, 0 or more (with "
                "lambda -0.1, eta 1e-05 in stage 'coarse')"},
        WrongSpec{.name = "ZeroEta",
                  .change =
                      [](auto& s) {
                        *s.mutable_parameters(1) = LinearRange("eta", 0, 1);
                      },
                  .message = "parameters[1]: 0; use a finite number above 0"},
        WrongSpec{.name = "ZeroEtaAmongCategories",
                  .change =
                      [](auto& s) {
                        *s.mutable_parameters(1) = Categories("eta", {1, 0});
                      },
                  .message = "parameters[1]: 0; use a finite number above 0"},
        WrongSpec{.name = "ZeroIntegerEta",
                  .change =
                      [](auto& s) {
                        *s.mutable_parameters(1) = IntegerRange("eta", 0, 1);
                      },
                  .message = "parameters[1]: 0; use a finite number above 0"},
        WrongSpec{.name = "EtaNotAboveEtaMin",
                  .change =
                      [](auto& s) {
                        auto& training =
                            *s.mutable_stages(1)->mutable_training();
                        training.mutable_schedule()
                            ->mutable_cyclical()
                            ->set_step_size(10);
                      },
                  .message = "parameters[1]: 1e-05 is not more than eta_min, "
                             "1e-05 (with lambda 1e-05, eta 1e-05 in stage "
                             "'fine')"},
        WrongSpec{
            .name = "NegativeLambdaOfAStage",
            .change =
                [](auto& s) {
                  SetLambda(s, LinearRange("lambda", 0, 1));
                  *s.mutable_stages(0)->add_parameters() =
                      LinearRange("lambda", -1, 1);
                },
            .message = "stages[0].parameters[0]: -1; use a finite number"}),
    testing::WrongSpecName);

TEST(ValidateParametersTest, LambdaMayBeZeroOnALinearScale) {
  v1::SearchSpec spec = ValidSpec();
  SetLambda(spec, LinearRange("lambda", 0, 0.004));
  ETALON_EXPECT_OK(ValidateSpec(spec));
}

TEST(ValidateParametersTest, ASinglePointIsARange) {
  v1::SearchSpec spec = ValidSpec();
  SetLambda(spec, LogRange("lambda", 0.004, 0.004));
  ETALON_EXPECT_OK(ValidateSpec(spec));
}

TEST(ValidateParametersTest, CategoriesOfNumbersAndIntegersAreSearchable) {
  v1::SearchSpec spec = ValidSpec();
  SetLambda(spec, Categories("lambda", {0, 1e-3, 1e-2}));
  *spec.mutable_parameters(1) = IntegerRange("eta", 1, 3);
  ETALON_EXPECT_OK(ValidateSpec(spec));
}

}  // namespace
}  // namespace etalon
