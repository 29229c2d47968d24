// What may not be searched, and how that is answered.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/search/validation.h"
#include "tests/server/search/specs.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::testing::HasSubstr;
using testing::IntegerRange;
using testing::LinearRange;
using testing::LogRange;
using testing::StatusIs;
using testing::Texts;
using testing::ValidSpec;
using testing::When;
using testing::WrongSpec;

void Add(v1::SearchSpec& spec, const v1::Parameter& parameter) {
  *spec.add_parameters() = parameter;
}

class WrongFieldTest : public ::testing::TestWithParam<WrongSpec> {};

TEST_P(WrongFieldTest, IsRefusedByName) {
  v1::SearchSpec spec = ValidSpec();
  GetParam().change(spec);
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(GetParam().code, HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Names, WrongFieldTest,
    ::testing::Values(
        WrongSpec{
            .name = "Misspelt",
            .change =
                [](auto& s) { Add(s, LinearRange("network.dropuot", 0, 0.5)); },
            .message = "parameters[2].name: 'network.dropuot' is no "
                       "field of the training that can be searched; did "
                       "you mean 'network.dropout'? network has init, "
                       "hidden, hidden[0], depth, units, batch_norm, "
                       "dropout, activation"},
        WrongSpec{
            .name = "AMessage",
            .change =
                [](auto& s) { Add(s, LinearRange("optimizer.sgd", 0, 1)); },
            .message = "'optimizer.sgd' is no field"},
        WrongSpec{
            .name = "BelowAScalar",
            .change =
                [](auto& s) { Add(s, LinearRange("batch_size.more", 0, 1)); },
            .message = "'batch_size.more' is no field"},
        WrongSpec{.name = "WithEmptySteps",
                  .change = [](auto& s) { Add(s, LinearRange("..", 0, 1)); },
                  .message = "'..' is no field"},
        WrongSpec{.name = "OfALayerPastTheLimit",
                  .change =
                      [](auto& s) {
                        Add(s, IntegerRange("network.hidden[16]", 1, 2));
                      },
                  .message = "'network.hidden[16]' is no field"},
        WrongSpec{
            .name = "OfTheImages",
            .change =
                [](auto& s) { Add(s, IntegerRange("dataset.train", 1, 9)); },
            .message = "parameters[2].name: 'dataset.train' is not "
                       "searched: all trials of a stage see the same "
                       "images"},
        WrongSpec{.name = "OfTheEvaluationByEitherName",
                  .change =
                      [](auto& s) {
                        Add(s, IntegerRange("evaluate.per_epoch", 1, 9));
                      },
                  .message = "'evaluate.per_epoch' is not searched: all trials "
                             "of a stage are measured alike"},
        WrongSpec{
            .name = "OfWhatIsStored",
            .change = [](auto& s) { Add(s, Texts("keep_model", {"best"})); },
            .message = "'keep_model' is not searched: it says what is "
                       "stored"},
        WrongSpec{.name = "OfTheDecay",
                  .change =
                      [](auto& s) {
                        Add(s, Texts("optimizer.adam.decoupled", {"true"}));
                      },
                  .message = "search optimizer with the values adam and "
                             "adamw"}),
    testing::WrongSpecName);

INSTANTIATE_TEST_SUITE_P(
    Kinds, WrongFieldTest,
    ::testing::Values(
        WrongSpec{
            .name = "ARealRangeOfAnInteger",
            .change = [](auto& s) { Add(s, LogRange("batch_size", 10, 100)); },
            .message = "parameters[2].double_range: batch_size is a "
                       "whole number; use integer"},
        WrongSpec{.name = "RealValuesOfAnInteger",
                  .change =
                      [](auto& s) {
                        Add(s, testing::Categories("batch_size", {10, 20.5}));
                      },
                  .message = "parameters[2].categories.values[0]: batch_size: "
                             "10 does not fit; use whole numbers"},
        WrongSpec{.name = "IntegersPastThirtyTwoBits",
                  .change =
                      [](auto& s) {
                        Add(s, IntegerRange("batch_size", 1, int64_t{1} << 40));
                      },
                  .message = "parameters[2].integer_range: 1099511627776 does "
                             "not fit; use at most 2147483647"},
        WrongSpec{.name = "ARangeOfABoolean",
                  .change =
                      [](auto& s) {
                        Add(s, IntegerRange("network.batch_norm", 0, 1));
                      },
                  .message = "parameters[2]: network.batch_norm is no number; "
                             "give its values"},
        WrongSpec{.name = "AnotherWordForABoolean",
                  .change =
                      [](auto& s) {
                        Add(s, Texts("network.batch_norm", {"true", "yes"}));
                      },
                  .message = "categories.values[1]: network.batch_norm: 'yes' "
                             "does not fit; use true and false"},
        WrongSpec{
            .name = "AnUnknownActivation",
            .change =
                [](auto& s) { Add(s, Texts("network.activation", {"reelu"})); },
            .message = "'reelu' is not known; did you mean 'relu'? There "
                       "are relu, leaky_relu, identity"},
        WrongSpec{
            .name = "AnUnknownOptimizer",
            .change = [](auto& s) { Add(s, Texts("optimizer", {"adma"})); },
            .message = "did you mean 'adam'? There are sgd, adam, adamw"},
        WrongSpec{
            .name = "AnUnknownSchedule",
            .change = [](auto& s) { Add(s, Texts("schedule", {"cosin"})); },
            .message = "did you mean 'cosine'?"},
        WrongSpec{
            .name = "AnUnknownInitialization",
            .change = [](auto& s) { Add(s, Texts("network.init", {"hee"})); },
            .message = "'hee' is not known; use xavier, he or a "
                       "deviation"},
        WrongSpec{.name = "HiddenLayersInAnotherNotation",
                  .change =
                      [](auto& s) {
                        Add(s, Texts("network.hidden", {"50", "50x30"}));
                      },
                  .message = "categories.values[1]: network.hidden: '50x30' "
                             "does not fit; use units of the hidden layers "
                             "such as 50-30"}),
    testing::WrongSpecName);

INSTANTIATE_TEST_SUITE_P(
    Values, WrongFieldTest,
    ::testing::Values(
        WrongSpec{
            .name = "TheHighestOutOfRange",
            .change =
                [](auto& s) { Add(s, LinearRange("network.dropout", 0, 1)); },
            .message = "parameters[2]: 1; use 0 or more and less than 1 "
                       "(with lambda 1e-05, eta 1e-05, network.dropout 1 "
                       "in stage 'coarse')"},
        WrongSpec{
            .name = "TheLowestOutOfRange",
            .change = [](auto& s) { Add(s, IntegerRange("batch_size", 0, 9)); },
            .message = "parameters[2]: 0 is too small"},
        WrongSpec{.name = "UnitsOfALayerOutOfRange",
                  .change =
                      [](auto& s) {
                        Add(s, Texts("network.hidden", {"50", "50-0"}));
                      },
                  .message = "parameters[2]: 0 is too small; use 1 or more"},
        WrongSpec{
            .name = "TooDeep",
            .change =
                [](auto& s) { Add(s, IntegerRange("network.depth", 1, 17)); },
            .message =
                "parameters[2].integer_range: 17 hidden layers; use 0 to "
                "16"},
        WrongSpec{.name = "ALayerThatIsNotThere",
                  .change =
                      [](auto& s) {
                        Add(s, IntegerRange("network.hidden[1]", 5, 9));
                      },
                  .message = "parameters[2]: the network has 1 hidden layers "
                             "here"},
        WrongSpec{.name = "AnAlgorithmThatIsNotChosen",
                  .change =
                      [](auto& s) {
                        Add(s, LinearRange("optimizer.adam.beta1", 0.5, 0.9));
                      },
                  .message = "parameters[2]: the optimizer is sgd here, not "
                             "adam; search adam's settings only where it is "
                             "chosen, by 'when: {optimizer: adam}'"},
        WrongSpec{.name = "AFormThatIsNotChosen",
                  .change =
                      [](auto& s) {
                        Add(s, IntegerRange("schedule.cyclical.cycles", 1, 3));
                      },
                  .message = "parameters[2]: the schedule is constant here, "
                             "not cyclical"},
        WrongSpec{
            .name = "AFormWithoutWhatItNeeds",
            .change =
                [](auto& s) {
                  Add(s, Texts("schedule", {"constant", "cyclical"}));
                  *s.mutable_parameters(1) = LogRange("eta", 1e-3, 1);
                },
            .message = "training.schedule.cyclical.step_size: is missing"},
        WrongSpec{.name = "TwoThatSetTheRate",
                  .change =
                      [](auto& s) {
                        Add(s, LinearRange("schedule.constant.eta", 0.1, 1));
                      },
                  .message = "parameters[2]: schedule.constant.eta sets what "
                             "eta sets; search one of them"},
        WrongSpec{.name = "TwoThatSetTheLength",
                  .change =
                      [](auto& s) {
                        Add(s, IntegerRange("epochs", 1, 3));
                        Add(s, IntegerRange("updates", 10, 30));
                      },
                  .message = "parameters[3]: updates sets what epochs sets"},
        WrongSpec{.name = "TwoThatSetTheLayers",
                  .change =
                      [](auto& s) {
                        Add(s, Texts("network.hidden", {"50"}));
                        Add(s, IntegerRange("network.units", 10, 30));
                      },
                  .message = "parameters[3]: network.units sets what "
                             "network.hidden sets"},
        WrongSpec{.name = "OneFieldByTwoNames",
                  .change =
                      [](auto& s) {
                        Add(s, IntegerRange("augment.shift", 0, 3));
                        Add(s, IntegerRange("augmentation.shift", 0, 3));
                      },
                  .message = "parameters[3]: augmentation.shift sets what "
                             "augment.shift sets"},
        WrongSpec{.name = "ThatDoNotFitTogether",
                  .change =
                      [](auto& s) {
                        s.mutable_training()->clear_epochs();
                        Add(s, IntegerRange("epochs", 1, 10'000'000));
                      },
                  .code = absl::StatusCode::kResourceExhausted,
                  .message = "parameters[2]: 4500000000 updates of a trial is "
                             "past the limit"}),
    testing::WrongSpecName);

INSTANTIATE_TEST_SUITE_P(
    Conditions, WrongFieldTest,
    ::testing::Values(
        WrongSpec{
            .name = "OnNothing",
            .change = [](auto& s) { s.mutable_parameters(1)->mutable_when(); },
            .message = "parameters[1].when.parameter: is missing"},
        WrongSpec{.name = "OnItself",
                  .change =
                      [](auto& s) {
                        Add(s, When(Texts("optimizer", {"sgd"}), "optimizer",
                                    {"sgd"}));
                      },
                  .message = "parameters[2].when.parameter: 'optimizer' cannot "
                             "depend on itself"},
        WrongSpec{.name = "OnALaterOne",
                  .change =
                      [](auto& s) {
                        Add(s, When(IntegerRange("batch_size", 10, 20),
                                    "optimizer", {"sgd"}));
                        Add(s, Texts("optimizer", {"sgd"}));
                      },
                  .message = "parameters[2].when.parameter: 'optimizer' comes "
                             "later"},
        WrongSpec{.name = "OnAnUnknownOne",
                  .change =
                      [](auto& s) {
                        Add(s, Texts("optimizer", {"sgd"}));
                        Add(s, When(IntegerRange("batch_size", 10, 20),
                                    "optimiser", {"sgd"}));
                      },
                  .message = "'optimiser' is no parameter of the search; did "
                             "you mean 'optimizer'?"},
        WrongSpec{.name = "OnARange",
                  .change =
                      [](auto& s) {
                        Add(s, When(IntegerRange("batch_size", 10, 20),
                                    "lambda", {"1"}));
                      },
                  .message = "'lambda' has a range of numbers"},
        WrongSpec{.name = "OnNoValue",
                  .change =
                      [](auto& s) {
                        Add(s, Texts("optimizer", {"sgd"}));
                        Add(s, When(IntegerRange("batch_size", 10, 20),
                                    "optimizer", {}));
                      },
                  .message = "parameters[3].when.values: is empty"},
        WrongSpec{.name = "OnAValueThatItCannotHave",
                  .change =
                      [](auto& s) {
                        Add(s, Texts("optimizer", {"sgd", "adam"}));
                        Add(s, When(IntegerRange("batch_size", 10, 20),
                                    "optimizer", {"sgd", "adamw"}));
                      },
                  .message = "parameters[3].when.values[1]: 'adamw' is no "
                             "value of optimizer, which has 'sgd', 'adam'"},
        WrongSpec{.name = "OfAStage",
                  .change =
                      [](auto& s) {
                        Add(s, Texts("optimizer", {"sgd"}));
                        Add(s, IntegerRange("batch_size", 10, 20));
                        *s.mutable_stages(0)->add_parameters() =
                            When(IntegerRange("batch_size", 10, 20),
                                 "optimizer", {"sgd"});
                      },
                  .message = "stages[0].parameters[0].when: a stage has the "
                             "conditions of the search"}),
    testing::WrongSpecName);

}  // namespace
}  // namespace etalon
