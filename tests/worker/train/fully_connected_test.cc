#include "worker/train/layers/fully_connected.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/worker/train/training_support.h"

namespace etalon::train {
namespace {

std::vector<float> Values(FullyConnected<float>& layer, size_t parameter) {
  const NamedArray<float> array = layer.Parameters("")[parameter];
  return {array.values, array.values + array.count};
}
std::vector<float> Weights(FullyConnected<float>& layer) {
  return Values(layer, 0);
}
std::vector<float> Biases(FullyConnected<float>& layer) {
  return Values(layer, 1);
}

double Deviation(const std::vector<float>& values) {
  double squares = 0;
  for (const float value : values) squares += double{value} * double{value};
  return std::sqrt(squares / static_cast<double>(values.size()));
}

double InitialDeviation(const WeightInit& init, Index inputs) {
  FullyConnected<float> layer(FastKernels().float32, inputs, 20'000 / inputs);
  layer.Initialize(init, 11, 0);
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
  FullyConnected<float> layer(FastKernels().float32, 4, 3);
  std::fill_n(layer.Parameters("")[1].values, 3, 1.0f);
  layer.Initialize(XavierInit{}, 1, 0);
  EXPECT_EQ(Biases(layer), std::vector<float>(3, 0.0f));
}

TEST(FullyConnectedTest, InitialWeightsDependOnSeedAndStreamAlone) {
  const auto weights = [](uint64_t seed, uint64_t stream) {
    FullyConnected<float> layer(FastKernels().float32, 4, 3);
    layer.Initialize(XavierInit{}, seed, stream);
    return Weights(layer);
  };
  EXPECT_EQ(weights(1, 0), weights(1, 0));
  EXPECT_NE(weights(1, 0), weights(2, 0));
  EXPECT_NE(weights(1, 0), weights(1, 1));
}

TEST(FullyConnectedTest, SquaredWeightsLeaveBiasesOut) {
  FullyConnected<float> layer(FastKernels().float32, 2, 1);
  const std::vector<Parameter<float>> parameters = layer.Parameters("");
  parameters[0].values[0] = 3;
  parameters[0].values[1] = 4;
  parameters[1].values[0] = 100;
  EXPECT_EQ(layer.SquaredWeights(), 25);
}

}  // namespace
}  // namespace etalon::train
