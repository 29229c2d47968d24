#include "server/search/training.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/server/search/specs.h"
#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using ::testing::ElementsAre;
using testing::EqualsProto;
using testing::Number;
using testing::ParseTextProto;

v1::Training Overlay(const std::string& base, const std::string& overlay) {
  return OverlayTraining(ParseTextProto<v1::Training>(base),
                         ParseTextProto<v1::Training>(overlay));
}

v1::Training Resolve(const std::string& training,
                     const std::string& stage = "") {
  v1::SearchSpec spec;
  spec.set_seed(7);
  *spec.mutable_training() = ParseTextProto<v1::Training>(training);
  *spec.add_stages()->mutable_training() = ParseTextProto<v1::Training>(stage);
  return ResolveTraining(spec, 0);
}

void ExpectOverlay(const std::string& base, const std::string& overlay,
                   const std::string& expected) {
  EXPECT_THAT(Overlay(base, overlay),
              EqualsProto(ParseTextProto<v1::Training>(expected)));
}

TEST(OverlayTrainingTest, ScalarsAreReplacedOneByOne) {
  ExpectOverlay("batch_size: 100 lambda: 0.1 dataset { train: 45000 }",
                "lambda: 0 dataset { validation: 1000 }",
                "batch_size: 100 lambda: 0 "
                "dataset { train: 45000 validation: 1000 }");
}

TEST(OverlayTrainingTest, ListsAreReplacedAsAWhole) {
  ExpectOverlay(
      "network { hidden { values: [ 50, 30 ] } } "
      "dataset { batches { values: [ 1, 2 ] } "
      "          validation_batches { values: 3 } }",
      "network { hidden { values: 10 } } "
      "dataset { batches { values: 4 } validation_batches {} }",
      "network { hidden { values: 10 } } "
      "dataset { batches { values: 4 } validation_batches {} }");
}

TEST(OverlayTrainingTest, AnEmptyListReplacesToo) {
  ExpectOverlay("network { hidden { values: 50 } }", "network { hidden {} }",
                "network { hidden {} }");
}

TEST(OverlayTrainingTest, TheSameChoiceOfAOneofMergesItsFields) {
  ExpectOverlay("schedule { cyclical { eta_min: 1e-6 cycles: 2 } }",
                "schedule { cyclical { cycles: 3 } }",
                "schedule { cyclical { eta_min: 1e-6 cycles: 3 } }");
}

TEST(OverlayTrainingTest, AnotherChoiceOfAOneofReplacesItAsAWhole) {
  ExpectOverlay("schedule { exponential { eta: 0.1 decay: 0.9 } warmup: 5 }",
                "schedule { constant { eta: 0.2 } }",
                "schedule { constant { eta: 0.2 } warmup: 5 }");
}

TEST(OverlayTrainingTest, OneWayToSayTheHalfCycleClearsTheOther) {
  ExpectOverlay("schedule { cyclical { step_size: 900 } }",
                "schedule { cyclical { step_epochs: 2 } }",
                "schedule { cyclical { step_epochs: 2 } }");
}

TEST(OverlayTrainingTest, OneWayToSayTheStepClearsTheOther) {
  ExpectOverlay("schedule { step { decay: 0.5 every_epochs: 2 } }",
                "schedule { step { every_updates: 100 } }",
                "schedule { step { decay: 0.5 every_updates: 100 } }");
}

TEST(OverlayTrainingTest, OneWayToSayTheWarmupClearsTheOther) {
  ExpectOverlay("schedule { linear {} warmup: 100 }",
                "schedule { warmup_epochs: 2 }",
                "schedule { linear {} warmup_epochs: 2 }");
  ExpectOverlay("schedule { linear {} warmup_epochs: 2 }",
                "schedule { warmup: 0 }", "schedule { linear {} warmup: 0 }");
}

TEST(OverlayTrainingTest, OneWayToSayTheLengthClearsTheOther) {
  ExpectOverlay("epochs: 10", "updates: 500", "updates: 500");
  ExpectOverlay("updates: 500", "epochs: 10", "epochs: 10");
}

TEST(OverlayTrainingTest, ACyclicalScheduleInPlaceOfAnotherClearsTheLength) {
  ExpectOverlay("epochs: 10 schedule { constant {} }",
                "schedule { cyclical { step_size: 5 } }",
                "schedule { cyclical { step_size: 5 } }");
}

TEST(OverlayTrainingTest, AnEmptyOverlayChangesNothing) {
  const std::string base =
      "dataset { name: 'cifar10' seed: 3 } epochs: 4 keep_model: KEEP_BEST "
      "network { activation: LEAKY_RELU }";
  ExpectOverlay(base, "", base);
}

TEST(ResolveTrainingTest, FillsInEveryDefaultOfAnEmptyDefinition) {
  EXPECT_THAT(Resolve("dataset { name: 'cifar10' } schedule { constant {} }"),
              EqualsProto(ParseTextProto<v1::Training>(R"pb(
                dataset {
                  name: "cifar10"
                  batches { values: [ 1, 2, 3, 4, 5 ] }
                  train: 45000
                  validation: 5000
                  seed: 7
                }
                network {
                  hidden { values: 50 }
                  batch_norm: false
                  dropout: 0
                  initialization { xavier {} }
                  activation: RELU
                }
                optimizer { sgd { momentum: 0 nesterov: false } }
                schedule {
                  constant {}
                  warmup: 0
                }
                batch_size: 100
                lambda: 0
                evaluation { per_epoch: 1 training: false }
                augmentation { mirror: false shift: 0 }
                keep_model: KEEP_NONE
              )pb")));
}

TEST(ResolveTrainingTest, FillsInTheDefaultsOfSyntheticImages) {
  const v1::Dataset dataset =
      Resolve("dataset { name: 'synthetic' }").dataset();
  EXPECT_EQ(dataset.train(), 4000);
  EXPECT_EQ(dataset.validation(), 1000);
  EXPECT_EQ(dataset.test(), 1000);
  EXPECT_FALSE(dataset.has_batches());
}

TEST(ResolveTrainingTest, OneTrainingFileIsSplitIntoNineTenthsAndOne) {
  const v1::Dataset cifar100 =
      Resolve("dataset { name: 'cifar100' }").dataset();
  EXPECT_EQ(cifar100.train(), 45000);
  EXPECT_EQ(cifar100.validation(), 5000);
  EXPECT_TRUE(cifar100.has_coarse_labels());
  EXPECT_FALSE(cifar100.coarse_labels());
  for (const std::string name : {"mnist", "fashion-mnist"}) {
    const v1::Dataset dataset =
        Resolve("dataset { name: '" + name + "' }").dataset();
    EXPECT_EQ(dataset.train(), 54000);
    EXPECT_EQ(dataset.validation(), 6000);
    EXPECT_FALSE(dataset.has_test());
    EXPECT_FALSE(dataset.has_batches());
  }
}

TEST(ResolveTrainingTest, SizesThatNobodyKnowsStayOpen) {
  const v1::Dataset dataset =
      Resolve("dataset { name: 'idx' path: 'a' }").dataset();
  EXPECT_FALSE(dataset.has_train());
  EXPECT_FALSE(dataset.has_validation());
}

TEST(ResolveTrainingTest, FilesThatValidateAreNotTrainedOn) {
  const v1::Dataset dataset =
      Resolve("dataset { name: 'cifar10' validation_batches { values: 2 } }")
          .dataset();
  EXPECT_THAT(dataset.batches().values(), ElementsAre(1, 3, 4, 5));
  EXPECT_EQ(dataset.train(), 40000);
  EXPECT_EQ(dataset.validation(), 10000);
}

TEST(ResolveTrainingTest, ASplitOfFewerFilesKeepsItsShares) {
  const v1::Dataset dataset =
      Resolve("dataset { name: 'cifar10' batches { values: 1 } }").dataset();
  EXPECT_EQ(dataset.train(), 9000);
  EXPECT_EQ(dataset.validation(), 1000);
}

TEST(ResolveTrainingTest, WhatIsSetStays) {
  const v1::Training training = Resolve(
      "dataset { name: 'cifar10' seed: 0 train: 5 } network { hidden {} } "
      "batch_size: 0 evaluation { per_cycle: 3 }");
  EXPECT_EQ(training.dataset().seed(), 0u);
  EXPECT_EQ(training.dataset().train(), 5);
  EXPECT_EQ(training.network().hidden().values_size(), 0);
  EXPECT_EQ(training.batch_size(), 0);
  EXPECT_EQ(training.evaluation().per_cycle(), 3);
}

TEST(ResolveTrainingTest, HalfCyclesOfEpochsBecomeUpdatesOfTheStage) {
  const std::string training =
      "dataset { name: 'cifar10' train: 45050 } "
      "schedule { cyclical { step_epochs: 2 } }";
  const v1::Schedule::Cyclical coarse = Resolve(training).schedule().cyclical();
  EXPECT_EQ(coarse.half_cycle_case(), v1::Schedule::Cyclical::kStepSize);
  EXPECT_EQ(coarse.step_size(), 900);
  EXPECT_EQ(coarse.eta_min(), 1e-5);
  EXPECT_EQ(coarse.eta_max(), 0.1);
  EXPECT_EQ(coarse.cycles(), 1);
  EXPECT_EQ(coarse.annealing(), 1);
  EXPECT_EQ(Resolve(training, "dataset { train: 49000 }")
                .schedule()
                .cyclical()
                .step_size(),
            980);
}

TEST(ResolveTrainingTest, AWarmupOfEpochsHasNoneOfUpdatesBesideIt) {
  const v1::Schedule schedule =
      Resolve("schedule { linear {} warmup_epochs: 2 }").schedule();
  EXPECT_EQ(schedule.warmup_epochs(), 2);
  EXPECT_FALSE(schedule.has_warmup());
}

TEST(ResolveTrainingTest, HalfCyclesPastAnIntSaturate) {
  EXPECT_EQ(Resolve("dataset { name: 'cifar10' } batch_size: 1 "
                    "schedule { cyclical { step_epochs: 2147483647 } }")
                .schedule()
                .cyclical()
                .step_size(),
            2147483647);
}

TEST(ApplyParametersTest, SetsLambdaAndTheRateOfEverySchedule) {
  std::vector<v1::ParameterAssignment> parameters(2);
  parameters[0].set_name("lambda");
  *parameters[0].mutable_value() = Number(0.25);
  parameters[1].set_name("eta");
  *parameters[1].mutable_value() = Number(0.5);
  for (const std::string form :
       {"constant", "exponential", "linear", "cosine", "step", "cyclical"}) {
    const v1::Training base = ParseTextProto<v1::Training>(
        "schedule { " + form + " {} warmup: 3 } batch_size: 10");
    const v1::Training applied = ApplyParameters(base, parameters);
    EXPECT_EQ(applied.lambda(), 0.25);
    EXPECT_EQ(applied.schedule().form_case(), base.schedule().form_case());
    EXPECT_EQ(LearningRate(applied), 0.5) << form;
    EXPECT_EQ(applied.batch_size(), 10);
    EXPECT_EQ(applied.schedule().warmup(), 3);
  }
}

TEST(ApplyParametersTest, IntegersAreNumbersToo) {
  v1::ParameterAssignment lambda;
  lambda.set_name("lambda");
  lambda.mutable_value()->set_integer(2);
  EXPECT_EQ(ApplyParameters({}, {lambda}).lambda(), 2);
}

TEST(LearningRateTest, IsZeroWithoutASchedule) {
  EXPECT_EQ(LearningRate({}), 0);
}

}  // namespace
}  // namespace etalon
