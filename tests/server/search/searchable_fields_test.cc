// What may be searched, what may not, and how that is answered.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/search/corners.h"
#include "server/search/parameter_path.h"
#include "server/search/validate_searched_values.h"
#include "server/search/validation.h"
#include "tests/server/search/specs.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::IntegerRange;
using testing::LinearRange;
using testing::LogRange;
using ::testing::Not;
using ::testing::SizeIs;
using testing::StatusIs;
using testing::Texts;
using testing::ValidSpec;
using testing::When;

void Add(v1::SearchSpec& spec, const v1::Parameter& parameter) {
  *spec.add_parameters() = parameter;
}

TEST(SearchableNamesTest, AreAllFoundAndHoldEveryPartOfTheTraining) {
  for (const std::string& name : SearchableNames()) {
    ETALON_EXPECT_OK(ResolveParameter(name)) << name;
  }
  for (const char* name : {"lambda",
                           "eta",
                           "batch_size",
                           "epochs",
                           "updates",
                           "network.hidden",
                           "network.depth",
                           "network.units",
                           "network.init",
                           "network.activation",
                           "network.batch_norm",
                           "network.dropout",
                           "optimizer",
                           "optimizer.sgd.momentum",
                           "optimizer.sgd.nesterov",
                           "optimizer.adam.beta1",
                           "schedule",
                           "schedule.constant.eta",
                           "schedule.step.decay",
                           "schedule.cyclical.step_size",
                           "schedule.cyclical.cycles",
                           "schedule.cyclical.eta_min",
                           "schedule.warmup",
                           "augment.mirror",
                           "augment.shift",
                           "early_stopping.patience",
                           "precision"}) {
    EXPECT_THAT(SearchableNames(), Contains(name));
  }
  for (const char* name :
       {"dataset.train", "evaluate.per_epoch", "keep_model",
        "optimizer.adam.decoupled", "network.hidden.values"}) {
    EXPECT_THAT(SearchableNames(), Not(Contains(name)));
  }
}

TEST(SearchableFieldsTest, ParametersWithoutConditionsAreSearchedTogether) {
  v1::SearchSpec spec = ValidSpec();
  Add(spec, IntegerRange("batch_size", 10, 500, v1::Parameter::LOG));
  Add(spec, Texts("network.hidden", {"none", "50", "50-30"}));
  Add(spec, Texts("network.init", {"xavier", "he", "0.01"}));
  ETALON_EXPECT_OK(ValidateSpec(spec));
}

TEST(SearchableFieldsTest, ConditionsMakeTheSettingsOfAChoiceSearchable) {
  v1::SearchSpec spec = ValidSpec();
  Add(spec, Texts("optimizer", {"sgd", "adam", "adamw"}));
  Add(spec, When(LinearRange("optimizer.sgd.momentum", 0.5, 0.99), "optimizer",
                 {"sgd"}));
  Add(spec, When(LinearRange("optimizer.adam.beta1", 0.8, 0.99), "optimizer",
                 {"adam", "adamw"}));
  ETALON_EXPECT_OK(ValidateSpec(spec));
}

TEST(SearchableFieldsTest, OneFieldMayBeSearchedUnderConditionsThatExclude) {
  v1::SearchSpec spec = ValidSpec();
  Add(spec, Texts("optimizer", {"adam", "adamw"}));
  Add(spec, When(LinearRange("optimizer.adam.beta1", 0.8, 0.9), "optimizer",
                 {"adam"}));
  Add(spec, When(LinearRange("optimizer.adamw.beta1", 0.9, 0.99), "optimizer",
                 {"adamw"}));
  ETALON_EXPECT_OK(ValidateSpec(spec));
}

TEST(SearchableFieldsTest, AScheduleHasTheLengthThatItNeeds) {
  v1::SearchSpec spec = ValidSpec();
  Add(spec, Texts("schedule", {"constant", "cyclical"}));
  Add(spec, When(IntegerRange("schedule.cyclical.step_size", 100, 900),
                 "schedule", {"cyclical"}));
  *spec.mutable_parameters(1) = LogRange("eta", 1e-3, 1e-1);
  ETALON_EXPECT_OK(ValidateSpec(spec));
}

TEST(SearchableFieldsTest, ConditionsMayNameWholeNumbersWithinARange) {
  v1::SearchSpec spec = ValidSpec();
  Add(spec, IntegerRange("network.depth", 1, 3));
  v1::Parameter second = IntegerRange("network.hidden[1]", 10, 50);
  second.mutable_when()->set_parameter("network.depth");
  for (const int depth : {2, 3}) {
    second.mutable_when()->add_values()->set_integer(depth);
  }
  Add(spec, second);
  ETALON_EXPECT_OK(ValidateSpec(spec));
}

TEST(SearchableFieldsTest, WhatIsAskedOfTheTrainingIsAskedOfEveryChoice) {
  v1::SearchSpec spec = ValidSpec();
  Add(spec, Texts("network.activation", {"relu", "identity"}));
  const auto refuse_identity = [](const StageTraining& training) {
    return training.resolved().network().activation() == v1::IDENTITY
               ? absl::UnimplementedError(training.Path("network.activation"))
               : absl::OkStatus();
  };
  EXPECT_THAT(CheckSearchedValues(spec, 1, refuse_identity),
              StatusIs(absl::StatusCode::kUnimplemented,
                       HasSubstr("parameters[2] (with lambda 1e-05, eta "
                                 "1e-05, network.activation 'identity' in "
                                 "stage 'fine')")));
}

TEST(SearchableFieldsTest, MistakesOfTheTrainingAreNotBlamedOnParameters) {
  v1::SearchSpec spec = ValidSpec();
  spec.mutable_training()->mutable_network()->set_dropout(2);
  EXPECT_THAT(ValidateSpec(spec).message(), Not(HasSubstr("with lambda")));
}

TEST(CornersTest, AreBothEndsOfRangesAndTheValuesThatConditionsName) {
  v1::Parameter units = IntegerRange("network.hidden[1]", 10, 50);
  units.mutable_when()->set_parameter("network.depth");
  units.mutable_when()->add_values()->set_integer(2);
  EXPECT_THAT(Corners({IntegerRange("network.depth", 1, 3), units}),
              SizeIs(2 + 2));
}

TEST(CornersTest, AreBoundedAndStillHaveEveryValue) {
  std::vector<v1::Parameter> parameters;
  for (int i = 0; i < 15; ++i) {
    parameters.push_back(LinearRange(absl::StrCat("p", i), 0, 1));
  }
  std::vector<std::string> names;
  for (int i = 0; i < 100; ++i) names.push_back(absl::StrCat(i + 1));
  parameters.push_back(
      When(Texts("network.hidden", names), "choice", {"deep"}));
  parameters.insert(parameters.begin(), Texts("choice", {"flat", "deep"}));
  const auto corners = Corners(parameters);
  EXPECT_THAT(corners, SizeIs(2 * (16 * 2 + 100)));
  int hidden = 0;
  for (const auto& corner : corners) {
    hidden += corner.back().name() == "network.hidden" &&
              corner.back().value().text() == "77";
  }
  EXPECT_GE(hidden, 2);
}

}  // namespace
}  // namespace etalon
