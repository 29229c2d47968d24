#include "worker/train/tensor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/support/status_matchers.h"

namespace etalon::train {
namespace {

using ::etalon::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class TensorTest : public ::testing::Test {
 protected:
  std::vector<NamedArray<float>> Arrays() {
    return {{"weight", {2, 3}, ArrayView<float>(weight_), 6},
            {"bias", {2}, ArrayView<float>(bias_), 2}};
  }
  absl::Status Check(const std::vector<Tensor>& tensors) {
    return CheckFit(tensors, Arrays(), "the model");
  }

  float weight_[6] = {1, 2, 3, 4, 5, 6};
  float bias_[2] = {7, 8};
};

TEST_F(TensorTest, CopiesGoThereAndBack) {
  const std::vector<Tensor> tensors = CopyToTensors(Arrays());
  EXPECT_EQ(tensors[0].name, "weight");
  EXPECT_THAT(tensors[0].shape, ElementsAre(2, 3));
  EXPECT_THAT(tensors[0].values, ElementsAre(1, 2, 3, 4, 5, 6));
  weight_[0] = bias_[1] = 0;
  ETALON_EXPECT_OK(Check(tensors));
  CopyFromTensors(tensors, Arrays());
  EXPECT_EQ(weight_[0], 1);
  EXPECT_EQ(bias_[1], 8);
}

TEST_F(TensorTest, WhatDoesNotFitIsRefusedByName) {
  const auto expect_refused = [&](const std::vector<Tensor>& tensors,
                                  const char* message) {
    EXPECT_THAT(Check(tensors), StatusIs(absl::StatusCode::kInvalidArgument,
                                         HasSubstr(message)));
  };
  std::vector<Tensor> tensors = CopyToTensors(Arrays());
  tensors.pop_back();
  expect_refused(tensors, "the model has 1 arrays; it must have 2");
  tensors = CopyToTensors(Arrays());
  tensors[1].name = "beta";
  expect_refused(tensors, "has no bias");
  tensors = CopyToTensors(Arrays());
  tensors[0].shape = {3, 2};
  expect_refused(tensors, "weight of shape (3 x 2); it must be (2 x 3)");
  tensors = CopyToTensors(Arrays());
  tensors[0].values.pop_back();
  expect_refused(tensors, "5 numbers in weight; it must have 6");
}

}  // namespace
}  // namespace etalon::train
