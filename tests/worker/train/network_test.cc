#include "worker/train/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "tests/worker/train/training_support.h"

namespace etalon::train {
namespace {

using ::testing::ElementsAre;

constexpr Index kFeatures = 23;
constexpr Index kClasses = 10;
constexpr uint64_t kDropoutSeed = 4;

struct Shape {
  std::string name;
  NetworkSpec spec;
  Index rows = 20;
};

void PrintTo(const Shape& shape, std::ostream* stream) {
  *stream << shape.name;
}

// One to four layers, plain, and with all that a hidden layer can have.
std::vector<Shape> Shapes() {
  const std::vector<std::vector<int64_t>> depths = {
      {}, {12}, {12, 9}, {12, 9, 8}};
  std::vector<Shape> shapes;
  for (const std::vector<int64_t>& hidden : depths) {
    const std::string layers = std::to_string(hidden.size() + 1) + "_layers";
    const NetworkSpec plain = {.hidden = hidden, .init = HeInit{}};
    shapes.push_back({layers, plain});
    if (hidden.empty()) continue;
    NetworkSpec spec = plain;
    spec.batch_norm = true;
    shapes.push_back({layers + "_batch_norm", spec});
    spec.activation = Activation::kLeakyRelu;
    shapes.push_back({layers + "_batch_norm_leaky", spec});
    spec.dropout = 0.3;
    shapes.push_back({layers + "_batch_norm_leaky_dropout", spec});
    spec = plain;
    spec.activation = Activation::kLeakyRelu;
    shapes.push_back({layers + "_leaky", spec});
    spec.activation = Activation::kIdentity;
    shapes.push_back({layers + "_identity", spec});
    spec = plain;
    spec.dropout = 0.3;
    shapes.push_back({layers + "_dropout", spec});
  }
  shapes.push_back(
      {"4_layers_1_row", {.hidden = {12, 9, 8}, .init = HeInit{}}, 1});
  return shapes;
}

class NetworkTest : public ::testing::TestWithParam<
                        std::tuple<const KernelSet*, Shape, double>> {
 protected:
  NetworkTest()
      : kernels_(std::get<0>(GetParam())->float64),
        shape_(std::get<1>(GetParam())),
        lambda_(std::get<2>(GetParam())),
        network_(kernels_, kFeatures, shape_.spec, kClasses, shape_.rows),
        inputs_(
            RandomNormals(static_cast<size_t>(shape_.rows * kFeatures), 1)) {
    for (Index i = 0; i < shape_.rows; ++i) {
      labels_.push_back(static_cast<uint8_t>(i * 7 % kClasses));
    }
    network_.Initialize(5);
    for (const Parameter<double>& parameter : network_.Parameters()) {
      if (parameter.penalized) continue;
      // Biases, and gamma and beta: all away from their neutral values.
      const auto values =
          RandomNormals(static_cast<size_t>(parameter.count), 6);
      std::copy(values.begin(), values.end(), parameter.values);
    }
  }

  Batch<double> batch() const {
    return {shape_.rows, inputs_.data(), labels_.data()};
  }
  double Cost() {
    return network_.TrainingLoss(batch(), kDropoutSeed).loss_sum /
               static_cast<double>(shape_.rows) +
           lambda_ * network_.SquaredWeights();
  }
  // Of the cost, from what Differentiate leaves.
  std::vector<double> Gradient(const Parameter<double>& parameter) const {
    std::vector<double> gradient;
    for (Index i = 0; i < parameter.count; ++i) {
      const double penalty =
          parameter.penalized ? 2 * lambda_ * parameter.values[i] : 0;
      gradient.push_back(parameter.gradient[i] + penalty);
    }
    return gradient;
  }
  // What a norm after it takes away again: the gradient is zero, and both of
  // what would be compared are rounding.
  bool HasNoEffect(const std::string& name) const {
    return shape_.spec.batch_norm && name.ends_with(".bias") &&
           !name.ends_with(".norm.bias") &&
           name !=
               "layers." + std::to_string(shape_.spec.hidden.size()) + ".bias";
  }

  const Kernels<double>& kernels_;
  const Shape shape_;
  const double lambda_;
  Network<double> network_;
  AlignedArray<double> inputs_;
  std::vector<uint8_t> labels_;
};

INSTANTIATE_TEST_SUITE_P(
    Shapes, NetworkTest,
    ::testing::Combine(::testing::ValuesIn(KernelsToTest()),
                       ::testing::ValuesIn(Shapes()),
                       ::testing::Values(0, 0.01)),
    [](const auto& info) {
      return std::string(std::get<0>(info.param)->name) + "_" +
             std::get<1>(info.param).name + "_" +
             (std::get<2>(info.param) > 0 ? "penalty" : "no_penalty");
    });

TEST_P(NetworkTest, GradientsMatchCentralDifferences) {
  network_.Differentiate(batch(), kDropoutSeed);
  for (const Parameter<double>& parameter : network_.Parameters()) {
    const std::vector<double> gradient = Gradient(parameter);
    if (HasNoEffect(parameter.name)) {
      for (const double slope : gradient) EXPECT_NEAR(slope, 0, 1e-12);
      continue;
    }
    EXPECT_LT(
        RelativeError(gradient.data(),
                      CentralDifferences(parameter.values, parameter.count,
                                         [this] { return Cost(); })),
        1e-6)
        << parameter.name;
  }
}

TEST_P(NetworkTest, DescentStepsAgainstTheGradient) {
  constexpr double kEta = 0.125;
  network_.Differentiate(batch(), kDropoutSeed);
  std::vector<std::vector<double>> expected;
  for (const Parameter<double>& parameter : network_.Parameters()) {
    std::vector<double>& values = expected.emplace_back(
        parameter.values, parameter.values + parameter.count);
    const std::vector<double> gradient = Gradient(parameter);
    for (size_t i = 0; i < values.size(); ++i) {
      values[i] -= kEta * gradient[i];
    }
  }
  network_.Descend(batch(), kEta, lambda_, kDropoutSeed);
  const std::vector<Parameter<double>> parameters = network_.Parameters();
  for (size_t p = 0; p < parameters.size(); ++p) {
    for (size_t i = 0; i < expected[p].size(); ++i) {
      EXPECT_NEAR(parameters[p].values[i], expected[p][i], 1e-14)
          << parameters[p].name;
    }
  }
}

std::vector<std::string> Names(const std::vector<NamedArray<float>>& arrays) {
  std::vector<std::string> names;
  for (const NamedArray<float>& array : arrays) names.push_back(array.name);
  return names;
}

TEST(NetworkStateTest, NamesAreThoseOfTheFormat) {
  Network<float> network(FastKernels().float32, 4,
                         {.hidden = {3}, .batch_norm = true}, 2, 5);
  EXPECT_THAT(
      Names(network.State()),
      ElementsAre("layers.0.weight", "layers.0.bias", "layers.0.norm.weight",
                  "layers.0.norm.bias", "layers.1.weight", "layers.1.bias",
                  "layers.0.norm.running_mean", "layers.0.norm.running_var"));
  EXPECT_THAT(network.State()[0].shape, ElementsAre(3, 4));
  EXPECT_THAT(network.State()[1].shape, ElementsAre(3));
}

TEST(NetworkStateTest, WeightsAloneArePenalized) {
  Network<float> network(FastKernels().float32, 4,
                         {.hidden = {3}, .batch_norm = true}, 2, 5);
  for (const Parameter<float>& parameter : network.Parameters()) {
    EXPECT_EQ(parameter.penalized, parameter.shape.size() == 2)
        << parameter.name;
  }
}

void Set(const Parameter<double>& parameter,
         const std::vector<double>& values) {
  ASSERT_EQ(static_cast<Index>(values.size()), parameter.count);
  std::copy(values.begin(), values.end(), parameter.values);
}

// Two inputs (1, 2), one hidden unit, two classes, worked by hand: the hidden
// unit gives 1 + 2 - 1 = 2, the scores are (ln 3, 0), so the softmax is
// (3/4, 1/4) and the loss of label 1 is ln 4.
TEST(TinyNetworkTest, GivesTheNumbersWorkedByHand) {
  constexpr double kLog3 = 1.0986122886681098;
  for (const KernelSet* set : KernelsToTest()) {
    Network<double> network(set->float64, 2, {.hidden = {1}}, 2, 1);
    const std::vector<Parameter<double>> parameters = network.Parameters();
    Set(parameters[0], {1, 1});
    Set(parameters[1], {-1});
    Set(parameters[2], {kLog3 / 2, 0});
    Set(parameters[3], {0, 0});
    const AlignedArray<double> inputs = {1, 2};
    const uint8_t label = 1;
    const Batch<double> batch = {1, inputs.data(), &label};

    const Tally tally = network.Evaluate(batch);
    EXPECT_DOUBLE_EQ(tally.loss_sum, std::log(4.0));
    EXPECT_EQ(tally.correct, 0);

    network.Differentiate(batch, 0);
    EXPECT_DOUBLE_EQ(parameters[2].gradient[0], 1.5);
    EXPECT_DOUBLE_EQ(parameters[2].gradient[1], -1.5);
    EXPECT_DOUBLE_EQ(parameters[3].gradient[0], 0.75);
    EXPECT_DOUBLE_EQ(parameters[3].gradient[1], -0.75);
    EXPECT_DOUBLE_EQ(parameters[0].gradient[0], 0.375 * kLog3);
    EXPECT_DOUBLE_EQ(parameters[0].gradient[1], 0.75 * kLog3);
    EXPECT_DOUBLE_EQ(parameters[1].gradient[0], 0.375 * kLog3);
  }
}

TEST(TinyNetworkTest, StepWithAnInfiniteLossChangesNothing) {
  Network<float> network(FastKernels().float32, 1, {}, 2, 1);
  float* weights = network.Parameters()[0].values;
  weights[0] = 1e30f;
  weights[1] = -1e30f;
  const AlignedArray<float> inputs = {1e30f};
  const uint8_t label = 1;
  const Tally tally = network.Descend({1, inputs.data(), &label}, 0.1, 0, 0);
  EXPECT_FALSE(std::isfinite(tally.loss_sum));
  EXPECT_EQ(weights[0], 1e30f);
  EXPECT_EQ(weights[1], -1e30f);
}

}  // namespace
}  // namespace etalon::train
