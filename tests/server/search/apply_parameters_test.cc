// A configuration's parameters in the training.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/search/training.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::testing::ElementsAre;
using testing::EqualsProto;
using ::testing::HasSubstr;
using testing::ParseTextProto;
using testing::StatusIs;

v1::Training Resolve(const std::string& training,
                     const std::string& stage = "") {
  v1::SearchSpec spec;
  spec.set_seed(7);
  *spec.mutable_training() = ParseTextProto<v1::Training>(training);
  *spec.add_stages()->mutable_training() = ParseTextProto<v1::Training>(stage);
  return ResolveTraining(spec, 0);
}

v1::ParameterAssignment Assign(const std::string& name) {
  v1::ParameterAssignment assignment;
  assignment.set_name(name);
  return assignment;
}
v1::ParameterAssignment Real(const std::string& name, double value) {
  v1::ParameterAssignment assignment = Assign(name);
  assignment.mutable_value()->set_number(value);
  return assignment;
}
v1::ParameterAssignment Integer(const std::string& name, int64_t value) {
  v1::ParameterAssignment assignment = Assign(name);
  assignment.mutable_value()->set_integer(value);
  return assignment;
}
v1::ParameterAssignment Text(const std::string& name,
                             const std::string& value) {
  v1::ParameterAssignment assignment = Assign(name);
  assignment.mutable_value()->set_text(value);
  return assignment;
}

// With the parameters set; a training that nothing can be made of where they
// cannot be.
v1::Training Applied(const v1::Training& base,
                     const std::vector<v1::ParameterAssignment>& parameters) {
  const auto applied = ApplyParameters(base, parameters);
  ETALON_EXPECT_OK(applied);
  return applied.ok() ? *applied : v1::Training();
}

TEST(ApplyParametersTest, HalfCyclesOfEpochsBecomeUpdatesOfTheStage) {
  const std::string training =
      "dataset { name: 'cifar10' train: 45050 } "
      "schedule { cyclical { step_epochs: 2 } }";
  const v1::Schedule::Cyclical coarse =
      Applied(Resolve(training), {}).schedule().cyclical();
  EXPECT_EQ(coarse.half_cycle_case(), v1::Schedule::Cyclical::kStepSize);
  EXPECT_EQ(coarse.step_size(), 900);
  EXPECT_EQ(coarse.eta_min(), 1e-5);
  EXPECT_EQ(coarse.eta_max(), 0.1);
  EXPECT_EQ(coarse.cycles(), 1);
  EXPECT_EQ(coarse.annealing(), 1);
  EXPECT_EQ(Applied(Resolve(training, "dataset { train: 49000 }"), {})
                .schedule()
                .cyclical()
                .step_size(),
            980);
}

TEST(ApplyParametersTest, HalfCyclesFollowASearchedBatchSize) {
  const v1::Training base = Resolve(
      "dataset { train: 4000 } schedule { cyclical { step_epochs: 2 } }");
  EXPECT_EQ(Applied(base, {Integer("batch_size", 40)})
                .schedule()
                .cyclical()
                .step_size(),
            200);
}

TEST(ApplyParametersTest, HalfCyclesPastAnIntSaturate) {
  EXPECT_EQ(
      Applied(Resolve("dataset { name: 'cifar10' } batch_size: 1 "
                      "schedule { cyclical { step_epochs: 2147483647 } }"),
              {})
          .schedule()
          .cyclical()
          .step_size(),
      2147483647);
}

TEST(ApplyParametersTest, SetsLambdaAndTheRateOfEverySchedule) {
  for (const std::string form :
       {"constant", "exponential", "linear", "cosine", "step", "cyclical"}) {
    const v1::Training base = ParseTextProto<v1::Training>(
        "schedule { " + form + " {} warmup: 3 } batch_size: 10");
    const v1::Training applied =
        Applied(base, {Real("lambda", 0.25), Real("eta", 0.5)});
    EXPECT_EQ(applied.lambda(), 0.25);
    EXPECT_EQ(applied.schedule().form_case(), base.schedule().form_case());
    EXPECT_EQ(LearningRate(applied), 0.5) << form;
    EXPECT_EQ(applied.batch_size(), 10);
    EXPECT_EQ(applied.schedule().warmup(), 3);
  }
}

TEST(ApplyParametersTest, IntegersAreNumbersToo) {
  EXPECT_EQ(Applied({}, {Integer("lambda", 2)}).lambda(), 2);
}

TEST(ApplyParametersTest, SetsScalarsOfEveryTypeByTheirPath) {
  const v1::Training applied = Applied(
      {},
      {Integer("batch_size", 20), Real("network.dropout", 0.25),
       Real("optimizer.sgd.momentum", 0.5),
       Text("optimizer.sgd.nesterov", "true"),
       Text("network.batch_norm", "true"),
       Text("network.activation", "leaky_relu"), Text("augment.mirror", "true"),
       Integer("augmentation.shift", 3), Integer("schedule.warmup", 7),
       Integer("early_stopping.patience", 4), Text("precision", "bfloat16")});
  EXPECT_EQ(applied.batch_size(), 20);
  EXPECT_EQ(applied.network().dropout(), 0.25);
  EXPECT_EQ(applied.optimizer().sgd().momentum(), 0.5);
  EXPECT_TRUE(applied.optimizer().sgd().nesterov());
  EXPECT_TRUE(applied.network().batch_norm());
  EXPECT_EQ(applied.network().activation(), v1::LEAKY_RELU);
  EXPECT_TRUE(applied.augmentation().mirror());
  EXPECT_EQ(applied.augmentation().shift(), 3);
  EXPECT_EQ(applied.schedule().warmup(), 7);
  EXPECT_EQ(applied.early_stopping().patience(), 4);
  EXPECT_EQ(applied.precision(), v1::BFLOAT16);
}

TEST(ApplyParametersTest, TheOrderOfParametersDoesNotMatter) {
  const std::vector<v1::ParameterAssignment> parameters = {
      Real("optimizer.adam.beta1", 0.5),
      Text("optimizer", "adam"),
      Integer("network.hidden[1]", 9),
      Integer("network.depth", 2),
      Real("eta", 0.25),
      Text("schedule", "cosine")};
  const std::vector<v1::ParameterAssignment> reversed(parameters.rbegin(),
                                                      parameters.rend());
  const v1::Training applied =
      Applied(Resolve("schedule { constant { eta: 1 } }"), parameters);
  EXPECT_THAT(Applied(Resolve("schedule { constant { eta: 1 } }"), reversed),
              EqualsProto(applied));
  EXPECT_EQ(applied.optimizer().adam().beta1(), 0.5);
  EXPECT_THAT(applied.network().hidden().values(), ElementsAre(50, 9));
  EXPECT_EQ(applied.schedule().cosine().eta(), 0.25);
}

TEST(ApplyParametersTest, AnAlgorithmKeepsWhatTheTrainingSaysOfIt) {
  const v1::Training base = Resolve("optimizer { sgd { momentum: 0.75 } }");
  EXPECT_EQ(
      Applied(base, {Text("optimizer", "sgd")}).optimizer().sgd().momentum(),
      0.75);
  const v1::Optimizer adam =
      Applied(base, {Text("optimizer", "adam")}).optimizer();
  EXPECT_EQ(adam.adam().beta1(), 0.9);
  EXPECT_FALSE(adam.adam().decoupled());
  EXPECT_TRUE(Applied(base, {Text("optimizer", "adamw")})
                  .optimizer()
                  .adam()
                  .decoupled());
}

TEST(ApplyParametersTest, AdamInPlaceOfAdamWKeepsItsSettings) {
  const v1::Training base =
      Resolve("optimizer { adam { beta1: 0.5 decoupled: true } }");
  const v1::Optimizer::Adam adam =
      Applied(base, {Text("optimizer", "adam")}).optimizer().adam();
  EXPECT_EQ(adam.beta1(), 0.5);
  EXPECT_FALSE(adam.decoupled());
}

TEST(ApplyParametersTest, AnotherFormOfScheduleHasTheRateOfTheFirst) {
  const v1::Training base =
      Resolve("schedule { exponential { eta: 0.25 decay: 0.5 } } epochs: 3");
  const v1::Training cyclical =
      Applied(base, {Text("schedule", "cyclical"),
                     Integer("schedule.cyclical.step_size", 5)});
  EXPECT_EQ(cyclical.schedule().cyclical().eta_max(), 0.25);
  EXPECT_EQ(cyclical.schedule().cyclical().cycles(), 1);
  EXPECT_FALSE(cyclical.has_epochs());
  const v1::Training same = Applied(base, {Text("schedule", "exponential")});
  EXPECT_EQ(same.schedule().exponential().decay(), 0.5);
  EXPECT_EQ(same.epochs(), 3);
}

TEST(ApplyParametersTest, HiddenLayersAreWrittenAsInTheReports) {
  EXPECT_THAT(Applied({}, {Text("network.hidden", "50-30")})
                  .network()
                  .hidden()
                  .values(),
              ElementsAre(50, 30));
  EXPECT_THAT(
      Applied({}, {Text("network.hidden", "none")}).network().hidden().values(),
      ElementsAre());
  EXPECT_THAT(
      Applied({}, {Integer("network.hidden", 20)}).network().hidden().values(),
      ElementsAre(20));
}

TEST(ApplyParametersTest, DepthCutsTheHiddenLayersOrRepeatsTheLast) {
  const v1::Training base =
      Resolve("network { hidden { values: [ 40, 20 ] } }");
  const auto hidden = [&](int64_t depth) {
    const auto values =
        Applied(base, {Integer("network.depth", depth)}).network().hidden();
    return std::vector<int>(values.values().begin(), values.values().end());
  };
  EXPECT_THAT(hidden(0), ElementsAre());
  EXPECT_THAT(hidden(1), ElementsAre(40));
  EXPECT_THAT(hidden(4), ElementsAre(40, 20, 20, 20));
}

TEST(ApplyParametersTest, UnitsAreOfEveryHiddenLayer) {
  EXPECT_THAT(
      Applied({}, {Integer("network.units", 7), Integer("network.depth", 3)})
          .network()
          .hidden()
          .values(),
      ElementsAre(7, 7, 7));
}

TEST(ApplyParametersTest, InitializationIsASchemeOrADeviation) {
  EXPECT_TRUE(Applied({}, {Text("network.init", "he")})
                  .network()
                  .initialization()
                  .has_he());
  for (const v1::ParameterAssignment& deviation :
       {Real("network.init", 0.125), Text("network.init", "0.125"),
        Real("network.initialization.deviation", 0.125)}) {
    EXPECT_EQ(Applied({}, {deviation}).network().initialization().deviation(),
              0.125);
  }
}

TEST(ApplyParametersTest, OneWayToSayTheLengthClearsTheOther) {
  const v1::Training applied =
      Applied(Resolve("epochs: 3"), {Integer("updates", 50)});
  EXPECT_FALSE(applied.has_epochs());
  EXPECT_EQ(applied.updates(), 50);
}

TEST(ApplyParametersTest, WhatCannotBeSetIsNamed) {
  EXPECT_THAT(ApplyParameters({}, {Real("network.droput", 0.5)}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("network.droput: 'network.droput' is no "
                                 "field of the training that can be searched; "
                                 "did you mean 'network.dropout'?")));
  EXPECT_THAT(
      ApplyParameters({}, {Real("optimizer.adam.beta1", 0.5)}),
      StatusIs(absl::StatusCode::kInvalidArgument,
               HasSubstr("optimizer.adam.beta1: the optimizer is sgd here, "
                         "not adam")));
  EXPECT_THAT(ApplyParameters({}, {Integer("network.hidden[1]", 5)}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("the network has 1 hidden layers here")));
  EXPECT_THAT(ApplyParameters({}, {Text("precision", "float16")}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("'float16' is not known; did you mean "
                                 "'bfloat16'? There are float32, bfloat16")));
}

}  // namespace
}  // namespace etalon
