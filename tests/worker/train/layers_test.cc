// Gradients of every layer against central differences, with every kernel set.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "tests/worker/train/training_support.h"
#include "worker/train/layers/fully_connected.h"
#include "worker/train/layers/relu.h"
#include "worker/train/layers/softmax_cross_entropy.h"

namespace etalon::train {
namespace {

constexpr double kTolerance = 1e-6;

class LayerGradientTest : public ::testing::TestWithParam<const KernelSet*> {
 protected:
  const Kernels<double>& kernels() { return GetParam()->float64; }
};

INSTANTIATE_TEST_SUITE_P(Kernels, LayerGradientTest,
                         ::testing::ValuesIn(KernelsToTest()),
                         [](const auto& info) {
                           return std::string(info.param->name);
                         });

double Dot(const AlignedArray<double>& a, const AlignedArray<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// A layer is checked through the loss "sum of its outputs, each times a fixed
// random number": those numbers are then the output's gradient.
TEST_P(LayerGradientTest, FullyConnectedMatchesCentralDifferences) {
  constexpr Index kRows = 9, kInputs = 31, kOutputs = 13;
  FullyConnected<double> layer(kernels(), kInputs, kOutputs);
  layer.Initialize(XavierInit{}, 1, 0);
  layer.parameters().biases = RandomNormals(kOutputs, 2);
  AlignedArray<double> input = RandomNormals(kRows * kInputs, 3);
  const AlignedArray<double> output_gradient =
      RandomNormals(kRows * kOutputs, 4);
  const auto loss = [&] {
    AlignedArray<double> output(kRows * kOutputs);
    layer.Forward(kRows, input.data(), output.data());
    return Dot(output, output_gradient);
  };

  AlignedArray<double> input_gradient(input.size());
  layer.Backward(kRows, output_gradient.data(), input_gradient.data());
  AffineParameters<double> gradient;
  gradient.weights.resize(kOutputs * kInputs);
  gradient.biases.resize(kOutputs);
  layer.AccumulateGradient(kRows, input.data(), output_gradient.data(), 0, 1,
                           gradient);

  EXPECT_LT(
      RelativeError(input_gradient.data(), CentralDifferences(input, loss)),
      kTolerance);
  EXPECT_LT(RelativeError(gradient.weights.data(),
                          CentralDifferences(layer.parameters().weights, loss)),
            kTolerance);
  EXPECT_LT(RelativeError(gradient.biases.data(),
                          CentralDifferences(layer.parameters().biases, loss)),
            kTolerance);
}

TEST_P(LayerGradientTest, ReluMatchesCentralDifferences) {
  AlignedArray<double> input = RandomNormals(101, 5);
  AlignedArray<double> gradient = RandomNormals(101, 6);
  const AlignedArray<double> output_gradient = gradient;
  const auto loss = [&] {
    AlignedArray<double> values = input;
    ReluForward(kernels(), 101, values.data());
    return Dot(values, output_gradient);
  };
  AlignedArray<double> activations = input;
  ReluForward(kernels(), 101, activations.data());
  ReluBackward(kernels(), 101, activations.data(), gradient.data());
  EXPECT_LT(RelativeError(gradient.data(), CentralDifferences(input, loss)),
            kTolerance);
}

TEST_P(LayerGradientTest, SoftmaxCrossEntropyMatchesCentralDifferences) {
  constexpr Index kRows = 5, kClasses = 10;
  const std::vector<uint8_t> labels = {0, 3, 9, 3, 5};
  AlignedArray<double> scores = RandomNormals(kRows * kClasses, 7);
  const auto loss = [&] {
    AlignedArray<double> copy = scores;
    return SoftmaxCrossEntropy(kernels(), kRows, kClasses, labels.data(),
                               copy.data())
               .loss_sum /
           kRows;
  };
  AlignedArray<double> gradient = scores;
  SoftmaxCrossEntropy(kernels(), kRows, kClasses, labels.data(),
                      gradient.data());
  EXPECT_LT(RelativeError(gradient.data(), CentralDifferences(scores, loss)),
            kTolerance);
}

TEST_P(LayerGradientTest, SoftmaxSurvivesScoresThatOverflowExponentials) {
  const std::vector<uint8_t> labels = {1};
  AlignedArray<double> scores = {5000, 4000, -5000};
  const Tally tally =
      SoftmaxCrossEntropy(kernels(), 1, 3, labels.data(), scores.data());
  EXPECT_EQ(tally.loss_sum, 1000);
  EXPECT_EQ(tally.correct, 0);
  EXPECT_EQ(scores, (AlignedArray<double>{1, -1, 0}));
}

}  // namespace
}  // namespace etalon::train
