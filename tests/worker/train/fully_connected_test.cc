#include "worker/train/layers/fully_connected.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/worker/train/training_support.h"

namespace etalon::train {
namespace {

FullyConnected<float> MakeLayer(Index inputs, Index outputs,
                                Index members = 1) {
  return {FastKernels().float32,
          {.inputs = inputs, .outputs = outputs, .members = members},
          StepRule<float>::kDescent,
          /*max_rows=*/1};
}

std::vector<float> Weights(FullyConnected<float>& layer, Index member = 0) {
  return ToVector<float>(layer.Parameters(member, "")[0]);
}
std::vector<float> Biases(FullyConnected<float>& layer) {
  return ToVector<float>(layer.Parameters(0, "")[1]);
}

double Deviation(const std::vector<float>& values) {
  double squares = 0;
  for (const float value : values) squares += double{value} * double{value};
  return std::sqrt(squares / static_cast<double>(values.size()));
}

double InitialDeviation(const WeightInit& init, Index inputs) {
  FullyConnected<float> layer = MakeLayer(inputs, 20'000 / inputs);
  layer.Initialize(0, init, 11, 0);
  return Deviation(Weights(layer));
}

// The deviation of n = 20,000 normal draws has itself a deviation of
// 1 / sqrt(2 n) = 0.5 %; 2.5 % is five of those.
TEST(FullyConnectedTest, InitialWeightsHaveTheDeviationOfTheirKind) {
  EXPECT_NEAR(InitialDeviation(XavierInit{}, 100) / 0.1, 1, 0.025);
  EXPECT_NEAR(InitialDeviation(HeInit{}, 50) / 0.2, 1, 0.025);
  EXPECT_NEAR(InitialDeviation(NormalInit{0.001}, 50) / 0.001, 1, 0.025);
}

TEST(FullyConnectedTest, BiasesStartAtZero) {
  FullyConnected<float> layer = MakeLayer(4, 3);
  Assign(std::vector<float>(3, 1.0f), layer.Parameters(0, "")[1]);
  layer.Initialize(0, XavierInit{}, 1, 0);
  EXPECT_EQ(Biases(layer), std::vector<float>(3, 0.0f));
}

TEST(FullyConnectedTest, InitialWeightsDependOnSeedAndStreamAlone) {
  const auto weights = [](uint64_t seed, uint64_t stream) {
    FullyConnected<float> layer = MakeLayer(4, 3);
    layer.Initialize(0, XavierInit{}, seed, stream);
    return Weights(layer);
  };
  EXPECT_EQ(weights(1, 0), weights(1, 0));
  EXPECT_NE(weights(1, 0), weights(2, 0));
  EXPECT_NE(weights(1, 0), weights(1, 1));
}

TEST(FullyConnectedTest, SquaredWeightsLeaveBiasesOut) {
  FullyConnected<float> layer = MakeLayer(2, 1);
  const std::vector<Parameter<float>> parameters = layer.Parameters(0, "");
  parameters[0].values[0] = 3;
  parameters[0].values[1] = 4;
  parameters[1].values[0] = 100;
  std::vector<double> sums = {0.5};
  layer.AddSquaredWeights(sums);
  EXPECT_EQ(sums[0], 25.5);
}

TEST(FullyConnectedTest, MembersHaveTheirOwnWeights) {
  FullyConnected<float> group = MakeLayer(5, 7, 3);
  for (Index t = 0; t < 3; ++t) {
    group.Initialize(t, XavierInit{}, 10 + static_cast<uint64_t>(t), 0);
  }
  std::vector<double> sums(3);
  group.AddSquaredWeights(sums);
  for (Index t = 0; t < 3; ++t) {
    FullyConnected<float> alone = MakeLayer(5, 7);
    alone.Initialize(0, XavierInit{}, 10 + static_cast<uint64_t>(t), 0);
    EXPECT_EQ(Weights(group, t), Weights(alone));
    std::vector<double> sum(1);
    alone.AddSquaredWeights(sum);
    EXPECT_EQ(sums[static_cast<size_t>(t)], sum[0]);
  }
}

}  // namespace
}  // namespace etalon::train
