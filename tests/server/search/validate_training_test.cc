#include "server/search/validate_training.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/search/validation.h"
#include "tests/server/search/specs.h"
#include "tests/server/search/wrong_training.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::testing::HasSubstr;
using testing::ParseTextProto;
using testing::StatusIs;
using testing::ValidSpec;
using testing::WrongTraining;
using testing::WrongTrainingName;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kPastLimit = absl::StatusCode::kResourceExhausted;

class WrongTrainingTest : public ::testing::TestWithParam<WrongTraining> {};

TEST_P(WrongTrainingTest, IsRefusedByName) {
  v1::SearchSpec spec = ValidSpec();
  spec.mutable_training()->MergeFrom(
      ParseTextProto<v1::Training>(GetParam().training));
  EXPECT_THAT(
      ValidateSpec(spec),
      StatusIs(GetParam().code, HasSubstr("training." + GetParam().message)));
}

// The same in a stage is named there.
TEST_P(WrongTrainingTest, IsRefusedByNameInAStage) {
  v1::SearchSpec spec = ValidSpec();
  *spec.mutable_stages(1)->mutable_training() =
      ParseTextProto<v1::Training>(GetParam().training);
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(GetParam().code, HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Datasets, WrongTrainingTest,
    ::testing::Values(
        WrongTraining{"UnknownName", "dataset { name: 'cifar1' }",
                      "dataset.name: 'cifar1' is no data set; did you mean "
                      "cifar10?"},
        WrongTraining{"EmptyName", "dataset { name: '' }",
                      "dataset.name: is missing"},
        WrongTraining{"FileZero", "dataset { batches { values: [ 1, 0 ] } }",
                      "dataset.batches[1]: 0 is no file; use 1 to 5"},
        WrongTraining{"FileSix", "dataset { validation_batches { values: 6 } }",
                      "dataset.validation_batches[0]: 6 is no file"},
        WrongTraining{"FileTwice", "dataset { batches { values: [ 2, 2 ] } }",
                      "dataset.batches[1]: file 2 is already in"},
        WrongTraining{"FileOfBothParts",
                      "dataset { batches { values: 1 } "
                      "          validation_batches { values: 1 } }",
                      "dataset.batches[0]: file 1 is already in"},
        WrongTraining{
            "AllFilesValidate",
            "dataset { validation_batches { values: [ 1, 2, 3, 4, 5 ] } }",
            "dataset.validation_batches: all files validate"},
        WrongTraining{"NoTrainingImages", "dataset { train: 0 }",
                      "dataset.train: 0 is too small"},
        WrongTraining{"NoValidationImages", "dataset { validation: -1 }",
                      "dataset.validation: -1 is too small"},
        WrongTraining{"SplitOfMoreThanThereAre",
                      "dataset { train: 49000 validation: 1001 }",
                      "dataset.train: 49000 and validation 1001 are more than "
                      "the 50000 images of the files"},
        WrongTraining{"SplitThatOverflows",
                      "dataset { train: 2147483647 validation: 2147483647 }",
                      "dataset.train: 2147483647 and validation 2147483647 are "
                      "more than the 50000"},
        WrongTraining{"SplitOfOneFile",
                      "dataset { batches { values: 3 } train: 10000 }",
                      "dataset.train: 10000 and validation 1000 are more than "
                      "the 10000 images"},
        WrongTraining{"MoreTrainingThanInItsFiles",
                      "dataset { batches { values: 1 } train: 10001 "
                      "          validation_batches { values: 2 } }",
                      "dataset.train: 10001 is more than the 10000 images of "
                      "its files"},
        WrongTraining{"MoreValidationThanInItsFiles",
                      "dataset { validation: 10001 "
                      "          validation_batches { values: 2 } }",
                      "dataset.validation: 10001 is more than the 10000"},
        WrongTraining{"TestOfCifar10", "dataset { test: 100 }",
                      "dataset.test: 100; cifar10 has its own"},
        WrongTraining{"FilesOfSynthetic",
                      "dataset { name: 'synthetic' batches { values: 1 } }",
                      "dataset.batches: synthetic images have no files"},
        WrongTraining{
            "ValidationFilesOfSynthetic",
            "dataset { name: 'synthetic' validation_batches { values: 1 } }",
            "dataset.validation_batches: synthetic images have no files"},
        WrongTraining{"NoTestOfSynthetic",
                      "dataset { name: 'synthetic' test: 0 }",
                      "dataset.test: 0 is too small"},
        WrongTraining{
            "TooManySynthetic", "dataset { name: 'synthetic' train: 100001 }",
            "dataset.train: 100001 is past the limit of 100000", kPastLimit},
        WrongTraining{"SeedTooLarge", "dataset { seed: 9223372036854775808 }",
                      "dataset.seed: 9223372036854775808 is too large"},
        WrongTraining{"MoreThanCifar100Has",
                      "dataset { name: 'cifar100' train: 50001 "
                      "          validation: 1 }",
                      "dataset.train: 50001 and validation 1 are more than the "
                      "50000 images"},
        WrongTraining{"MoreThanMnistHas",
                      "dataset { name: 'mnist' train: 60000 }",
                      "dataset.train: 60000 and validation 6000 are more than "
                      "the 60000 images"},
        WrongTraining{"FilesOfMnist",
                      "dataset { name: 'mnist' batches { values: 1 } }",
                      "dataset.batches: mnist has no files by number"},
        WrongTraining{"ValidationFilesOfCifar100",
                      "dataset { name: 'cifar100' "
                      "          validation_batches { values: 1 } }",
                      "dataset.validation_batches: cifar100 has no files by"},
        WrongTraining{"TestOfMnist", "dataset { name: 'mnist' test: 100 }",
                      "dataset.test: 100; mnist has its own"},
        WrongTraining{"CoarseLabelsOfCifar10",
                      "dataset { coarse_labels: true }",
                      "dataset.coarse_labels: true; cifar10 has none"},
        WrongTraining{"AbsolutePath", "dataset { path: '/etc' }",
                      "dataset.path: '/etc' is an absolute path"},
        WrongTraining{"PathThatLeaves",
                      "dataset { name: 'fashion-mnist' path: 'a/../../b' }",
                      "dataset.path: 'a/../../b' is a path with .."},
        WrongTraining{"PathOfNothing", "dataset { path: '' }",
                      "dataset.path: '' is the path is empty"},
        WrongTraining{"PathOfAnEmptyName", "dataset { path: 'a//b' }",
                      "dataset.path: 'a//b' is a path with an empty name"},
        WrongTraining{"PathWithANewline", "dataset { path: 'a\\nb' }",
                      "dataset.path: 'a\\nb' is a path with a control"},
        WrongTraining{"PathOfSynthetic",
                      "dataset { name: 'synthetic' path: 'a' }",
                      "dataset.path: 'a'; synthetic images have no files"},
        WrongTraining{"IdxWithoutPath",
                      "dataset { name: 'idx' train: 100 validation: 10 }",
                      "dataset.path: is missing; idx needs the folder"},
        WrongTraining{"IdxWithoutTrain",
                      "dataset { name: 'idx' path: 'a' validation: 10 }",
                      "dataset.train: is missing; how many images idx has"},
        WrongTraining{"IdxWithoutValidation",
                      "dataset { name: 'idx' path: 'a' train: 100 }",
                      "dataset.validation: is missing; how many images"},
        WrongTraining{"IdxWithoutImages",
                      "dataset { name: 'idx' path: 'a' train: 0 "
                      "          validation: 10 }",
                      "dataset.train: 0 is too small"},
        WrongTraining{"NoBatch", "batch_size: 0", "batch_size: 0 is too small"},
        WrongTraining{"BatchTooLarge", "batch_size: 10001",
                      "batch_size: 10001 is past the limit of 10000",
                      kPastLimit},
        WrongTraining{"BatchOfMoreThanTrain", "dataset { train: 99 }",
                      "batch_size: 100 is more than the 99 training images"}),
    WrongTrainingName);

INSTANTIATE_TEST_SUITE_P(
    Networks, WrongTrainingTest,
    ::testing::Values(
        WrongTraining{"NoUnits", "network { hidden { values: [ 50, 0 ] } }",
                      "network.hidden[1]: 0 is too small"},
        WrongTraining{"TooManyUnits", "network { hidden { values: 10001 } }",
                      "network.hidden[0]: 10001 is past the limit of 10000",
                      kPastLimit},
        WrongTraining{"TooManyLayers",
                      "network { hidden { values: [ 1, 1, 1, 1, 1, 1, 1, 1, 1, "
                      "1, 1, 1, 1, 1, 1, 1, 1 ] } }",
                      "network.hidden: 17 layers is past the limit of 16",
                      kPastLimit},
        WrongTraining{"DropoutOfAll", "network { dropout: 1 }",
                      "network.dropout: 1; use 0 or more and less than 1"},
        WrongTraining{"DropoutNan", "network { dropout: nan }",
                      "network.dropout: nan"},
        WrongTraining{"BatchNormOfOneImage",
                      "batch_size: 1 network { batch_norm: true }",
                      "batch_size: 1; use 2 or more with batch_norm"},
        WrongTraining{"DeviationZero",
                      "network { initialization { deviation: 0 } }",
                      "network.initialization.deviation: 0; use a finite"},
        WrongTraining{"DeviationInfinite",
                      "network { initialization { deviation: inf } }",
                      "network.initialization.deviation: inf"}),
    WrongTrainingName);

INSTANTIATE_TEST_SUITE_P(
    Optimizers, WrongTrainingTest,
    ::testing::Values(
        WrongTraining{"MomentumOne", "optimizer { sgd { momentum: 1 } }",
                      "optimizer.sgd.momentum: 1"},
        WrongTraining{"Beta1Negative", "optimizer { adam { beta1: -0.1 } }",
                      "optimizer.adam.beta1: -0.1"},
        WrongTraining{"Beta2One", "optimizer { adam { beta2: 1 } }",
                      "optimizer.adam.beta2: 1"},
        WrongTraining{"EpsilonZero", "optimizer { adam { epsilon: 0 } }",
                      "optimizer.adam.epsilon: 0"},
        WrongTraining{"LambdaNegative", "lambda: -1e-3",
                      "lambda: -0.001; use a finite number, 0 or more"},
        WrongTraining{"LambdaNan", "lambda: nan", "lambda: nan"},
        WrongTraining{"LambdaInfinite", "lambda: inf", "lambda: inf"},
        WrongTraining{"ShiftOfMnistTooLarge",
                      "dataset { name: 'mnist' } augmentation { shift: 28 }",
                      "augmentation.shift: 28 is past the limit of 27",
                      kPastLimit},
        WrongTraining{"ShiftTooLarge", "augmentation { shift: 32 }",
                      "augmentation.shift: 32 is past the limit of 31",
                      kPastLimit},
        WrongTraining{"ShiftNegative", "augmentation { shift: -1 }",
                      "augmentation.shift: -1 is too small"},
        WrongTraining{"NoPatience", "early_stopping {}",
                      "early_stopping.patience: 0 is too small"}),
    WrongTrainingName);

INSTANTIATE_TEST_SUITE_P(
    Schedules, WrongTrainingTest,
    ::testing::Values(
        WrongTraining{"RateZero", "schedule { constant { eta: 0 } }",
                      "schedule.constant.eta: 0; use a finite number above 0"},
        WrongTraining{"RateNan", "schedule { linear { eta: nan } }",
                      "schedule.linear.eta: nan"},
        WrongTraining{"NoDecay", "schedule { exponential {} }",
                      "schedule.exponential.decay: 0; use more than 0"},
        WrongTraining{"DecayAboveOne",
                      "schedule { exponential { decay: 1.1 } }",
                      "schedule.exponential.decay: 1.1"},
        WrongTraining{"NoStepDecay", "schedule { step { every_epochs: 1 } }",
                      "schedule.step.decay: 0"},
        WrongTraining{"NoStepInterval", "schedule { step { decay: 0.5 } }",
                      "schedule.step.every_epochs: is missing; give the "
                      "interval as every_epochs or every_updates"},
        WrongTraining{"StepIntervalZero",
                      "schedule { step { decay: 0.5 every_updates: 0 } }",
                      "schedule.step.every_updates: 0 is too small"},
        WrongTraining{"StepIntervalNegative",
                      "schedule { step { decay: 0.5 every_epochs: -1 } }",
                      "schedule.step.every_epochs: -1 is too small"},
        WrongTraining{"NegativeWarmupEpochs", "schedule { warmup_epochs: -1 }",
                      "schedule.warmup_epochs: -1 is too small"},
        WrongTraining{"NegativeWarmup", "schedule { warmup: -1 }",
                      "schedule.warmup: -1 is too small"},
        WrongTraining{"EpochsZero", "epochs: 0", "epochs: 0 is too small"},
        WrongTraining{"EpochsTooMany", "epochs: 300000",
                      "epochs: 135000000 updates of a trial is past the limit "
                      "of 100000000",
                      kPastLimit},
        WrongTraining{"PerCycleWithoutCycles", "evaluation { per_cycle: 10 }",
                      "evaluation.per_cycle: 10; the schedule has no cycles"},
        WrongTraining{"NoEvaluations", "evaluation { per_epoch: 0 }",
                      "evaluation.per_epoch: 0 is too small"},
        WrongTraining{"MoreEvaluationsThanUpdates",
                      "evaluation { per_epoch: 451 }",
                      "evaluation.per_epoch: 451 is more than the 450 updates "
                      "of an epoch"},
        WrongTraining{"TooManyEvaluations",
                      "epochs: 101 evaluation { per_epoch: 100 }",
                      "evaluation.per_epoch: 10100 evaluations of a trial, 100 "
                      "in an epoch, is past the limit of 10000; use fewer "
                      "per_epoch",
                      kPastLimit},
        WrongTraining{"TooManyEvaluationsByDefault", "epochs: 10001",
                      "epochs: 10001 evaluations of a trial, 1 in an "
                      "epoch, is past the limit of 10000; train for less",
                      kPastLimit}),
    WrongTrainingName);

TEST(ValidateTrainingTest, EveryDataSetIsTaken) {
  for (const char* dataset :
       {"name: 'cifar10' path: 'old/copy'",
        "name: 'cifar100' coarse_labels: true", "name: 'cifar100'",
        "name: 'mnist' train: 50000 validation: 10000", "name: 'fashion-mnist'",
        "name: 'idx' path: 'letters' train: 1000000 validation: 10",
        "name: 'synthetic'"}) {
    v1::SearchSpec spec = ValidSpec();
    *spec.mutable_training()->mutable_dataset() =
        ParseTextProto<v1::Dataset>(dataset);
    spec.mutable_training()->mutable_augmentation()->set_mirror(true);
    spec.mutable_training()->mutable_augmentation()->set_shift(27);
    ETALON_EXPECT_OK(ValidateSpec(spec)) << dataset;
  }
}

TEST(ValidateTrainingTest, ADatasetIsNeeded) {
  v1::SearchSpec spec = ValidSpec();
  spec.mutable_training()->clear_dataset();
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(kInvalid, HasSubstr("training.dataset.name: is missing; "
                                           "use one of cifar10")));
}

TEST(ValidateTrainingTest, UnknownValuesOfEnumsAreRefused) {
  v1::SearchSpec spec = ValidSpec();
  spec.mutable_training()->mutable_network()->set_activation(
      static_cast<v1::Activation>(77));
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(kInvalid, HasSubstr("training.network.activation: 77")));
  spec = ValidSpec();
  spec.mutable_training()->set_keep_model(static_cast<v1::KeepModel>(-1));
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(kInvalid, HasSubstr("training.keep_model: -1")));
  spec = ValidSpec();
  spec.mutable_stages(1)->mutable_training()->set_precision(
      static_cast<v1::Precision>(16));
  EXPECT_THAT(
      ValidateSpec(spec),
      StatusIs(kInvalid, HasSubstr("stages[1].training.precision: 16")));
}

TEST(ValidateTrainingTest, AStagesFieldIsNamedInTheStage) {
  v1::SearchSpec spec = ValidSpec();
  spec.mutable_stages(2)->mutable_training()->set_lambda(-1);
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(kInvalid, HasSubstr("stages[2].training.lambda: -1")));
}

TEST(ValidateTrainingTest, EachStageIsValidatedAsItResolves) {
  v1::SearchSpec spec = ValidSpec();
  spec.mutable_training()->mutable_dataset()->set_train(45000);
  // With the search's 45000 that is more than there are.
  spec.mutable_stages(1)->mutable_training()->mutable_dataset()->set_validation(
      5001);
  EXPECT_THAT(
      ValidateSpec(spec),
      StatusIs(
          kInvalid,
          HasSubstr("training.dataset.train: 45000 and validation 5001 are")));
}

TEST(ValidateTrainingTest, WhatIsWrongComesBeforeWhatIsNotThereYet) {
  v1::SearchSpec spec = ValidSpec();
  spec.mutable_training()->set_keep_model(v1::KEEP_BEST);
  spec.mutable_stages(2)->mutable_training()->set_lambda(-1);
  EXPECT_THAT(ValidateSpec(spec), StatusIs(kInvalid, HasSubstr("lambda: -1")));
}

TEST(ValidateTrainingTest, FieldsAtTheirNeutralValueAreTrainable) {
  v1::SearchSpec spec = ValidSpec();
  spec.mutable_training()->MergeFrom(ParseTextProto<v1::Training>(R"pb(
    network { batch_norm: false dropout: 0 activation: RELU }
    optimizer { sgd { momentum: 0 nesterov: false } }
    schedule { warmup: 0 }
    augmentation { mirror: false shift: 0 }
    keep_model: KEEP_NONE
    precision: FLOAT32
  )pb"));
  ETALON_EXPECT_OK(ValidateSpec(spec));
}

}  // namespace
}  // namespace etalon
