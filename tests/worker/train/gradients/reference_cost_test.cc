#include "worker/train/gradients/reference_cost.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "worker/train/gradients/automatic_gradient.h"

namespace etalon::train {
namespace {

constexpr double kLog3 = 1.0986122886681098;

double Cost(const std::vector<ReferenceLayer<double>>& layers,
            const std::vector<double>& inputs,
            const std::vector<uint8_t>& labels, double lambda = 0,
            Activation activation = Activation::kRelu) {
  return ReferenceCost(
      layers, activation, lambda,
      {static_cast<int64_t>(labels.size()), inputs.data(), labels.data()});
}

ReferenceLayer<double> Affine(int64_t inputs, int64_t outputs,
                              std::vector<double> weight,
                              std::vector<double> bias) {
  return {inputs, outputs, std::move(weight), std::move(bias), {}, {}};
}

// Two inputs (1, 2), one hidden unit of 1 + 2 - 1 = 2, scores (ln 3, 0): the
// softmax is (3/4, 1/4).
std::vector<ReferenceLayer<double>> TinyLayers() {
  return {Affine(2, 1, {1, 1}, {-1}), Affine(1, 2, {kLog3 / 2, 0}, {0, 0})};
}

TEST(ReferenceCostTest, IsTheNegativeLogarithmOfTheClassesProbability) {
  EXPECT_DOUBLE_EQ(Cost(TinyLayers(), {1, 2}, {1}), std::log(4.0));
  EXPECT_DOUBLE_EQ(Cost(TinyLayers(), {1, 2}, {0}), std::log(4.0 / 3));
}

TEST(ReferenceCostTest, IsTheMeanOverTheBatch) {
  EXPECT_DOUBLE_EQ(Cost(TinyLayers(), {1, 2, 1, 2}, {1, 0}),
                   (std::log(4.0) + std::log(4.0 / 3)) / 2);
}

TEST(ReferenceCostTest, AddsThePenaltyOfWeightsAlone) {
  EXPECT_DOUBLE_EQ(Cost(TinyLayers(), {1, 2}, {1}, 0.5),
                   std::log(4.0) + 0.5 * (1 + 1 + kLog3 * kLog3 / 4));
}

// The hidden unit has -4: 0 with ReLU, -0.04 with leaky ReLU.
TEST(ReferenceCostTest, ActivationsDifferBelowZero) {
  std::vector<ReferenceLayer<double>> layers = TinyLayers();
  layers[1].weight = {1, 0};
  const auto cost = [&layers](Activation activation) {
    return Cost(layers, {-1, -2}, {0}, 0, activation);
  };
  EXPECT_DOUBLE_EQ(cost(Activation::kRelu), std::log(2.0));
  EXPECT_DOUBLE_EQ(cost(Activation::kLeakyRelu), std::log(1 + std::exp(0.04)));
  EXPECT_DOUBLE_EQ(cost(Activation::kIdentity), std::log(1 + std::exp(4.0)));
}

// x = 1 and 5: mean 3, variance 4, so -+2 / sqrt(4.00001), times 3, plus 1.
TEST(ReferenceCostTest, NormalizesByTheMomentsOfTheBatch) {
  // The mean takes the bias off again.
  std::vector<ReferenceLayer<double>> layers = {Affine(1, 1, {1}, {100}),
                                                Affine(1, 2, {1, 0}, {0, 0})};
  layers[0].gamma = {3};
  layers[0].beta = {1};
  const double step = 6 / std::sqrt(4.00001);
  EXPECT_NEAR(
      Cost(layers, {1, 5}, {0, 0}, 0, Activation::kIdentity),
      (std::log(1 + std::exp(step - 1)) + std::log(1 + std::exp(-step - 1))) /
          2,
      1e-12);
}

TEST(ReferenceCostTest, LargeScoresDoNotOverflow) {
  const std::vector<ReferenceLayer<double>> layers = {
      Affine(1, 2, {5000, 0}, {0, 0})};
  EXPECT_DOUBLE_EQ(Cost(layers, {1}, {1}), 5000);
}

// As of the network's own test: scores' gradient (3/4, -3/4), the penalty adds
// 2 * 0.5 * W.
TEST(AutomaticGradientTest, GivesTheNumbersWorkedByHand) {
  const std::vector<double> inputs = {1, 2};
  const uint8_t label = 1;
  const std::vector<GradientEntry> entries = {{0, 0}, {0, 1}, {1, 0}, {2, 0},
                                              {2, 1}, {3, 0}, {3, 1}};
  const std::vector<double> gradient =
      AutomaticGradient(TinyLayers(), Activation::kRelu, 0.5,
                        {1, inputs.data(), &label}, entries);
  const std::vector<double> expected = {0.375 * kLog3 + 1,
                                        0.75 * kLog3 + 1,
                                        0.375 * kLog3,
                                        1.5 + kLog3 / 2,
                                        -1.5,
                                        0.75,
                                        -0.75};
  ASSERT_EQ(gradient.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_DOUBLE_EQ(gradient[i], expected[i]) << "entry " << i;
  }
}

// Eight directions at a time: the ninth begins anew.
TEST(AutomaticGradientTest, ManyEntriesAreDifferentiatedInTurns) {
  const ReferenceLayer<double> layer =
      Affine(10, 2, std::vector<double>(20, 0), std::vector<double>(2, 0));
  std::vector<double> inputs;
  std::vector<GradientEntry> entries;
  for (size_t i = 0; i < 20; ++i) {
    inputs.push_back(static_cast<double>(i));
    entries.push_back({0, i});
  }
  const uint8_t label = 0;
  const std::vector<double> gradient = AutomaticGradient(
      {layer}, Activation::kRelu, 0, {1, inputs.data(), &label}, entries);
  for (size_t i = 0; i < 10; ++i) {
    EXPECT_DOUBLE_EQ(gradient[i], -0.5 * inputs[i]);
    EXPECT_DOUBLE_EQ(gradient[10 + i], 0.5 * inputs[i]);
  }
}

}  // namespace
}  // namespace etalon::train
