#include "worker/train/data/dataset_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace etalon::train {
namespace {

using ::etalon::testing::IsOk;
using ::etalon::testing::StatusIs;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(DatasetSpecTest, SplitsOfTheCourseReportsAreValid) {
  EXPECT_THAT(
      ValidateDataset(Cifar10Spec{.train = 45'000, .validation = 5'000}),
      IsOk());
  EXPECT_THAT(ValidateDataset(Cifar10Spec{.validation = 1'000}), IsOk());
  EXPECT_THAT(
      ValidateDataset(Cifar10Spec{.batches = {1}, .validation_batches = {2}}),
      IsOk());
}

TEST(DatasetSpecTest, BatchNumbersAreOneToFiveAndUnique) {
  EXPECT_THAT(ValidateDataset(Cifar10Spec{.batches = {0}, .validation = 1}),
              StatusIs(kInvalid, HasSubstr("batches[0] is 0")));
  EXPECT_THAT(ValidateDataset(Cifar10Spec{.batches = {1, 6}, .validation = 1}),
              StatusIs(kInvalid, HasSubstr("batches[1] is 6")));
  EXPECT_THAT(ValidateDataset(Cifar10Spec{.batches = {2, 2}, .validation = 1}),
              StatusIs(kInvalid, HasSubstr("batches[0] is 2")));
  EXPECT_THAT(ValidateDataset(Cifar10Spec{.batches = {}, .validation = 1}),
              StatusIs(kInvalid, HasSubstr("batches is empty")));
}

TEST(DatasetSpecTest, NoFileBothTrainsAndValidates) {
  EXPECT_THAT(ValidateDataset(
                  Cifar10Spec{.batches = {1, 2}, .validation_batches = {2}}),
              StatusIs(kInvalid, HasSubstr("validation_batches is 2")));
}

TEST(DatasetSpecTest, SplitMustLeaveSomethingToValidateOn) {
  EXPECT_THAT(ValidateDataset(Cifar10Spec{}),
              StatusIs(kInvalid, HasSubstr("validation is 0")));
  EXPECT_THAT(
      ValidateDataset(Cifar10Spec{.train = 45'001, .validation = 5'000}),
      StatusIs(kInvalid, HasSubstr("validation is 5000")));
  EXPECT_THAT(ValidateDataset(Cifar10Spec{.train = 50'001, .validation = 1}),
              StatusIs(kInvalid, HasSubstr("train is 50001")));
  EXPECT_THAT(ValidateDataset(Cifar10Spec{.train = -1, .validation = 1}),
              StatusIs(kInvalid, HasSubstr("train is -1")));
}

TEST(DatasetSpecTest, SyntheticCountsHaveBounds) {
  EXPECT_THAT(ValidateDataset(SyntheticSpec{}), IsOk());
  EXPECT_THAT(ValidateDataset(SyntheticSpec{.test = 0}), IsOk());
  EXPECT_THAT(ValidateDataset(SyntheticSpec{.train = 0}),
              StatusIs(kInvalid, HasSubstr("train is 0")));
  EXPECT_THAT(ValidateDataset(SyntheticSpec{.validation = 0}),
              StatusIs(kInvalid, HasSubstr("validation is 0")));
  EXPECT_THAT(ValidateDataset(SyntheticSpec{.test = -1}),
              StatusIs(kInvalid, HasSubstr("test is -1")));
  EXPECT_THAT(
      ValidateDataset(SyntheticSpec{.train = 150'000, .validation = 50'001}),
      StatusIs(kInvalid, HasSubstr("train + validation + test")));
}

}  // namespace
}  // namespace etalon::train
