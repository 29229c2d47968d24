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

namespace etalon::train {
namespace {

constexpr double kTolerance = 1e-6;

class LayerGradientTest : public ::testing::TestWithParam<const KernelSet*> {
 protected:
  const Kernels<double>& kernels() { return GetParam()->float64; }
};

INSTANTIATE_TEST_SUITE_P(Kernels, LayerGradientTest,
                         ::testing::ValuesIn(KernelsToTest()), KernelSetName);

double Dot(const AlignedArray<double>& a, const AlignedArray<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

std::vector<double> Differences(AlignedArray<double>& values,
                                const std::function<double()>& f) {
  return CentralDifferences(ArrayView<double>(values.data()),
                            static_cast<Index>(values.size()), f);
}
std::vector<double> Differences(const NamedArray<double>& array,
                                const std::function<double()>& f) {
  return CentralDifferences(array.values, array.count, f);
}

// Normal draws in the columns of units, zero in padding.
AlignedArray<double> RandomColumns(Index rows, const Columns& columns,
                                   uint64_t seed) {
  const AlignedArray<double> drawn = RandomNormals(
      static_cast<size_t>(rows * columns.members * columns.units), seed);
  AlignedArray<double> values(rows * columns.width);
  size_t next = 0;
  for (Index i = 0; i < rows; ++i) {
    for (Index t = 0; t < columns.members; ++t) {
      for (Index u = 0; u < columns.units; ++u) {
        values[i * columns.width + columns.First(t) + u] = drawn[next++];
      }
    }
  }
  return values;
}

void ExpectGradients(const std::vector<Parameter<double>>& parameters,
                     const std::function<double()>& loss) {
  for (const Parameter<double>& parameter : parameters) {
    const std::vector<double> gradient =
        ToVector(parameter.gradient, parameter.count);
    EXPECT_LT(RelativeError(gradient.data(), Differences(parameter, loss)),
              kTolerance)
        << parameter.name;
  }
}

// Three networks side by side, whose first layer has one input or whose later
// ones have one each.
struct AffineCase {
  const char* name;
  AffineShape shape;
};
void PrintTo(const AffineCase& c, std::ostream* stream) { *stream << c.name; }

class AffineGradientTest : public ::testing::TestWithParam<
                               std::tuple<const KernelSet*, AffineCase>> {};

INSTANTIATE_TEST_SUITE_P(
    Shapes, AffineGradientTest,
    ::testing::Combine(
        ::testing::ValuesIn(KernelsToTest()),
        ::testing::Values(AffineCase{"alone", {31, 13, 1, true}},
                          AffineCase{"shared", {31, 13, 3, true}},
                          AffineCase{"apart", {31, 13, 3, false}},
                          AffineCase{"several_panels", {7, 55, 2, false}})),
    [](const auto& info) {
      return TestName(*std::get<0>(info.param)) + "_" +
             std::get<1>(info.param).name;
    });

// A layer is checked through the loss "sum of its outputs, each times a fixed
// random number": those numbers are then the output's gradient.
TEST_P(AffineGradientTest, MatchesCentralDifferences) {
  constexpr Index kRows = 9;
  const Kernels<double>& kernels = std::get<0>(GetParam())->float64;
  const AffineShape shape = std::get<1>(GetParam()).shape;
  const Index members = shape.members;
  FullyConnected<double> layer(kernels, shape, StepRule<double>::kStore, kRows);
  std::vector<Parameter<double>> parameters;
  for (Index t = 0; t < members; ++t) {
    layer.Initialize(t, XavierInit{}, 1 + static_cast<uint64_t>(t), 0);
    for (auto& parameter : layer.Parameters(t, std::to_string(t) + ".")) {
      parameters.push_back(parameter);
    }
    Assign(RandomNormals(static_cast<size_t>(shape.outputs), 2),
           parameters.back());
  }
  layer.RefreshCopies();
  // The inputs of each product, in columns as a block before would leave them.
  const Columns inputs = {
      layer.products(), shape.inputs, PaddedColumns<double>(shape.inputs),
      layer.products() * PaddedColumns<double>(shape.inputs)};
  AlignedArray<double> input = RandomColumns(kRows, inputs, 3);
  const Index bytes = kernels.packed_input_bytes(kRows, shape.inputs);
  AlignedArray<std::byte> packed(layer.products() * bytes);
  const auto pack = [&] {
    for (Index p = 0; p < layer.products(); ++p) {
      kernels.pack_input(kRows, shape.inputs, inputs.width,
                         input.data() + inputs.First(p),
                         packed.data() + p * bytes);
    }
  };
  const AlignedArray<double> output_gradient =
      RandomColumns(kRows, layer.columns(), 4);
  const auto loss = [&] {
    pack();
    AlignedArray<double> output(kRows * layer.columns().width);
    layer.Forward(kRows, packed.data(), output.data());
    return Dot(output, output_gradient);
  };

  pack();
  StepTable<double> steps(layer.columns(), StepRule<double>::kStore);
  layer.Step(kRows, packed.data(), output_gradient.data(), steps);
  ExpectGradients(parameters, loss);

  if (shape.shared_input) return;
  AlignedArray<double> input_gradient(input.size());
  layer.Backward(kRows, output_gradient.data(), inputs, input_gradient.data());
  // Differences of padding are zero, as the gradient there must be.
  EXPECT_LT(RelativeError(input_gradient.data(), Differences(input, loss)),
            kTolerance);
}

TEST_P(LayerGradientTest, BatchNormMatchesCentralDifferences) {
  constexpr Index kRows = 11;
  const Columns columns = {2, 21, 24, 48};
  BatchNorm<double> layer(kernels(), columns, StepRule<double>::kStore, kRows);
  std::vector<Parameter<double>> parameters;
  for (Index t = 0; t < columns.members; ++t) {
    for (auto& parameter : layer.Parameters(t, std::to_string(t) + ".")) {
      Assign(RandomNormals(21, 2 + parameters.size()), parameter);
      parameters.push_back(parameter);
    }
  }
  AlignedArray<double> input = RandomColumns(kRows, columns, 4);
  const AlignedArray<double> output_gradient = RandomColumns(kRows, columns, 5);
  const auto loss = [&] {
    AlignedArray<double> values = input;
    layer.ForwardInTraining(kRows, values.data());
    return Dot(values, output_gradient);
  };

  AlignedArray<double> gradient = output_gradient;
  loss();
  layer.Backward(kRows, gradient.data());
  layer.Step(StepTable<double>(columns, StepRule<double>::kStore));

  EXPECT_LT(RelativeError(gradient.data(), Differences(input, loss)),
            kTolerance);
  ExpectGradients(parameters, loss);
}

std::string ActivationCaseName(
    const ::testing::TestParamInfo<std::tuple<const KernelSet*, Activation>>&
        info) {
  static const char* const kNames[] = {"Relu", "LeakyRelu", "Identity"};
  const auto& [set, activation] = info.param;
  return TestName(*set) + "_" + kNames[static_cast<int>(activation)];
}

class ActivationGradientTest : public ::testing::TestWithParam<
                                   std::tuple<const KernelSet*, Activation>> {};

INSTANTIATE_TEST_SUITE_P(
    Activations, ActivationGradientTest,
    ::testing::Combine(::testing::ValuesIn(KernelsToTest()),
                       ::testing::Values(Activation::kRelu,
                                         Activation::kLeakyRelu,
                                         Activation::kIdentity)),
    ActivationCaseName);

TEST_P(ActivationGradientTest, MatchesCentralDifferences) {
  const auto& [set, activation] = GetParam();
  const Kernels<double>& kernels = set->float64;
  AlignedArray<double> input = RandomNormals(104, 5);
  AlignedArray<double> gradient = RandomNormals(104, 6);
  const AlignedArray<double> output_gradient = gradient;
  AlignedArray<double> activations;
  const auto loss = [&, activation = activation] {
    activations = input;
    ActivationForward(kernels, activation, 104, activations.data());
    return Dot(activations, output_gradient);
  };
  loss();
  ActivationBackward(kernels, activation, 104, activations.data(),
                     gradient.data());
  EXPECT_LT(RelativeError(gradient.data(), Differences(input, loss)),
            kTolerance);
}

TEST_P(LayerGradientTest, DropoutMatchesCentralDifferences) {
  AlignedArray<double> input = RandomNormals(104, 5);
  AlignedArray<double> gradient = RandomNormals(104, 6);
  const AlignedArray<double> output_gradient = gradient;
  const Columns columns = {2, 20, 24, 52};
  Dropout<double> layer(kernels(), columns, {0.4, 0.7}, 2);
  const auto loss = [&] {
    AlignedArray<double> values = input;
    layer.Forward(2, /*seeds=*/{3, 4}, /*stream=*/1, values.data());
    return Dot(values, output_gradient);
  };
  loss();
  layer.Backward(2, gradient.data());
  EXPECT_LT(RelativeError(gradient.data(), Differences(input, loss)),
            kTolerance);
}

TEST_P(LayerGradientTest, SoftmaxCrossEntropyMatchesCentralDifferences) {
  constexpr Index kRows = 5, kClasses = 10, kStride = 16;
  const std::vector<uint8_t> labels = {0, 3, 9, 3, 5};
  AlignedArray<double> scores =
      RandomColumns(kRows, {1, kClasses, kStride, kStride}, 7);
  const auto softmax = [&](AlignedArray<double>& values) {
    return kernels().softmax_cross_entropy(
        kRows, kClasses, kStride, labels.data(), 1.0 / kRows, values.data());
  };
  const auto loss = [&] {
    AlignedArray<double> copy = scores;
    return softmax(copy).loss_sum / kRows;
  };
  AlignedArray<double> gradient = scores;
  softmax(gradient);
  EXPECT_LT(RelativeError(gradient.data(), Differences(scores, loss)),
            kTolerance);
}

TEST_P(LayerGradientTest, SoftmaxSurvivesScoresThatOverflowExponentials) {
  const uint8_t label = 1;
  AlignedArray<double> scores = {5000, 4000, -5000};
  const Tally tally =
      kernels().softmax_cross_entropy(1, 3, 3, &label, 1, scores.data());
  EXPECT_EQ(tally.loss_sum, 1000);
  EXPECT_EQ(tally.correct, 0);
  EXPECT_EQ(scores[0], 1);
  EXPECT_EQ(scores[1], -1);
  // The vector exponential ends at the smallest numbers, not at zero.
  EXPECT_NEAR(scores[2], 0, 1e-300);
}

}  // namespace
}  // namespace etalon::train
