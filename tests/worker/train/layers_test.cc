// Gradients of every layer against central differences, with every kernel set.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <string>
#include <tuple>
#include <vector>

#include "tests/worker/train/training_support.h"
#include "worker/train/layers/activation.h"
#include "worker/train/layers/batch_norm.h"
#include "worker/train/layers/dropout.h"
#include "worker/train/layers/fully_connected.h"
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

std::vector<double> Differences(AlignedArray<double>& values,
                                const std::function<double()>& f) {
  return CentralDifferences(values.data(), static_cast<Index>(values.size()),
                            f);
}
std::vector<double> Differences(const NamedArray<double>& array,
                                const std::function<double()>& f) {
  return CentralDifferences(array.values, array.count, f);
}

void CopyTo(const AlignedArray<double>& from, double* to) {
  std::copy(from.begin(), from.end(), to);
}

// A layer is checked through the loss "sum of its outputs, each times a fixed
// random number": those numbers are then the output's gradient.
TEST_P(LayerGradientTest, FullyConnectedMatchesCentralDifferences) {
  constexpr Index kRows = 9, kInputs = 31, kOutputs = 13;
  FullyConnected<double> layer(kernels(), kInputs, kOutputs);
  layer.Initialize(XavierInit{}, 1, 0);
  const std::vector<Parameter<double>> parameters = layer.Parameters("");
  CopyTo(RandomNormals(kOutputs, 2), parameters[1].values);
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
  layer.Differentiate(kRows, input.data(), output_gradient.data());

  EXPECT_LT(RelativeError(input_gradient.data(), Differences(input, loss)),
            kTolerance);
  for (const Parameter<double>& parameter : parameters) {
    EXPECT_LT(RelativeError(parameter.gradient, Differences(parameter, loss)),
              kTolerance)
        << parameter.name;
  }
}

TEST_P(LayerGradientTest, BatchNormMatchesCentralDifferences) {
  constexpr Index kRows = 11, kUnits = 37;
  BatchNorm<double> layer(kernels(), kUnits, kRows);
  const std::vector<Parameter<double>> parameters = layer.Parameters("");
  CopyTo(RandomNormals(kUnits, 2), parameters[0].values);
  CopyTo(RandomNormals(kUnits, 3), parameters[1].values);
  AlignedArray<double> input = RandomNormals(kRows * kUnits, 4);
  const AlignedArray<double> output_gradient = RandomNormals(kRows * kUnits, 5);
  const auto loss = [&] {
    AlignedArray<double> values = input;
    layer.ForwardInTraining(kRows, values.data());
    return Dot(values, output_gradient);
  };

  AlignedArray<double> gradient = output_gradient;
  loss();
  layer.Backward(kRows, gradient.data());

  EXPECT_LT(RelativeError(gradient.data(), Differences(input, loss)),
            kTolerance);
  for (const Parameter<double>& parameter : parameters) {
    EXPECT_LT(RelativeError(parameter.gradient, Differences(parameter, loss)),
              kTolerance)
        << parameter.name;
  }
}

class ActivationGradientTest : public ::testing::TestWithParam<
                                   std::tuple<const KernelSet*, Activation>> {};

INSTANTIATE_TEST_SUITE_P(
    Activations, ActivationGradientTest,
    ::testing::Combine(::testing::ValuesIn(KernelsToTest()),
                       ::testing::Values(Activation::kRelu,
                                         Activation::kLeakyRelu,
                                         Activation::kIdentity)));

TEST_P(ActivationGradientTest, MatchesCentralDifferences) {
  const auto& [set, activation] = GetParam();
  const Kernels<double>& kernels = set->float64;
  AlignedArray<double> input = RandomNormals(101, 5);
  AlignedArray<double> gradient = RandomNormals(101, 6);
  const AlignedArray<double> output_gradient = gradient;
  AlignedArray<double> activations;
  const auto loss = [&, activation = activation] {
    activations = input;
    ActivationForward(kernels, activation, 101, activations.data());
    return Dot(activations, output_gradient);
  };
  loss();
  ActivationBackward(kernels, activation, 101, activations.data(),
                     gradient.data());
  EXPECT_LT(RelativeError(gradient.data(), Differences(input, loss)),
            kTolerance);
}

TEST_P(LayerGradientTest, DropoutMatchesCentralDifferences) {
  AlignedArray<double> input = RandomNormals(101, 5);
  AlignedArray<double> gradient = RandomNormals(101, 6);
  const AlignedArray<double> output_gradient = gradient;
  Dropout<double> layer(kernels(), 0.4, 101);
  const auto loss = [&] {
    AlignedArray<double> values = input;
    layer.Forward(101, /*seed=*/3, /*stream=*/1, values.data());
    return Dot(values, output_gradient);
  };
  loss();
  layer.Backward(101, gradient.data());
  EXPECT_LT(RelativeError(gradient.data(), Differences(input, loss)),
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
  EXPECT_LT(RelativeError(gradient.data(), Differences(scores, loss)),
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
