#include "server/search/training.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using ::testing::ElementsAre;
using testing::EqualsProto;
using testing::ParseTextProto;

v1::Training Resolve(const std::string& training,
                     const std::string& stage = "") {
  v1::SearchSpec spec;
  spec.set_seed(7);
  *spec.mutable_training() = ParseTextProto<v1::Training>(training);
  *spec.add_stages()->mutable_training() = ParseTextProto<v1::Training>(stage);
  return ResolveTraining(spec, 0);
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
                precision: FLOAT32
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

TEST(ResolveTrainingTest, HalfCyclesOfEpochsStaySo) {
  EXPECT_EQ(Resolve("schedule { cyclical { step_epochs: 2 } }")
                .schedule()
                .cyclical()
                .step_epochs(),
            2);
}

TEST(ResolveTrainingTest, AWarmupOfEpochsHasNoneOfUpdatesBesideIt) {
  const v1::Schedule schedule =
      Resolve("schedule { linear {} warmup_epochs: 2 }").schedule();
  EXPECT_EQ(schedule.warmup_epochs(), 2);
  EXPECT_FALSE(schedule.has_warmup());
}

TEST(LearningRateTest, IsZeroWithoutASchedule) {
  EXPECT_EQ(LearningRate({}), 0);
}

}  // namespace
}  // namespace etalon
