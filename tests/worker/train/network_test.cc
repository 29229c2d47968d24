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
        network_(kernels_, kFeatures, {shape_.spec}, kClasses, shape_.rows,
                 StepRule<double>::kStore),
        buffer_(kernels_, kFeatures, shape_.rows),
        inputs_(
            RandomNormals(static_cast<size_t>(shape_.rows * kFeatures), 1)) {
    for (Index i = 0; i < shape_.rows; ++i) {
      labels_.push_back(static_cast<uint8_t>(i * 7 % kClasses));
    }
    Prepare(network_);
  }

  // The same for every network of the shape.
  void Prepare(Network<double>& network) {
    network.Initialize({5});
    for (const Parameter<double>& parameter : network.Parameters(0)) {
      if (parameter.penalized) continue;
      // Biases, and gamma and beta: all away from their neutral values.
      Assign(RandomNormals(static_cast<size_t>(parameter.count), 6), parameter);
    }
  }
  Batch batch() {
    return buffer_.Pack(shape_.rows, inputs_.data(), labels_.data());
  }
  double Cost() {
    return network_.TrainingLoss(batch(), {kDropoutSeed}).front().loss_sum /
               static_cast<double>(shape_.rows) +
           lambda_ * network_.SquaredWeights().front();
  }
  void Differentiate() {
    network_.Step(batch(), {kDropoutSeed}, {MemberStep{}});
  }
  // Of the cost, from what Differentiate left.
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
  InputBatch<double> buffer_;
  AlignedArray<double> inputs_;
  std::vector<uint8_t> labels_;
};

INSTANTIATE_TEST_SUITE_P(
    Shapes, NetworkTest,
    ::testing::Combine(::testing::ValuesIn(KernelsToTest()),
                       ::testing::ValuesIn(Shapes()),
                       ::testing::Values(0, 0.01)),
    [](const auto& info) {
      return TestName(*std::get<0>(info.param)) + "_" +
             std::get<1>(info.param).name + "_" +
             (std::get<2>(info.param) > 0 ? "penalty" : "no_penalty");
    });

TEST_P(NetworkTest, GradientsMatchCentralDifferences) {
  Differentiate();
  for (const Parameter<double>& parameter : network_.Parameters(0)) {
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
  Differentiate();
  std::vector<std::vector<double>> expected;
  for (const Parameter<double>& parameter : network_.Parameters(0)) {
    std::vector<double>& values = expected.emplace_back(ToVector(parameter));
    const std::vector<double> gradient = Gradient(parameter);
    for (size_t i = 0; i < values.size(); ++i) {
      values[i] -= kEta * gradient[i];
    }
  }
  Network<double> network(kernels_, kFeatures, {shape_.spec}, kClasses,
                          shape_.rows, StepRule<double>::kDescent);
  Prepare(network);
  network.Step(batch(), {kDropoutSeed},
               {MakeStep(SgdSpec{}, 1, kEta, lambda_)});
  const std::vector<Parameter<double>> parameters = network.Parameters(0);
  for (size_t p = 0; p < parameters.size(); ++p) {
    for (size_t i = 0; i < expected[p].size(); ++i) {
      EXPECT_NEAR(parameters[p].values[static_cast<Index>(i)], expected[p][i],
                  1e-14)
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
                         {{.hidden = {3}, .batch_norm = true}}, 2, 5,
                         StepRule<float>::kDescent);
  EXPECT_THAT(
      Names(network.State(0)),
      ElementsAre("layers.0.weight", "layers.0.bias", "layers.0.norm.weight",
                  "layers.0.norm.bias", "layers.1.weight", "layers.1.bias",
                  "layers.0.norm.running_mean", "layers.0.norm.running_var"));
  EXPECT_THAT(network.State(0)[0].shape, ElementsAre(3, 4));
  EXPECT_THAT(network.State(0)[1].shape, ElementsAre(3));
}

TEST(NetworkStateTest, WeightsAloneArePenalized) {
  Network<float> network(FastKernels().float32, 4,
                         {{.hidden = {3}, .batch_norm = true}}, 2, 5,
                         StepRule<float>::kDescent);
  for (const Parameter<float>& parameter : network.Parameters(0)) {
    EXPECT_EQ(parameter.penalized, parameter.shape.size() == 2)
        << parameter.name;
  }
}

std::vector<std::string> MomentNames(StepRule<float> rule) {
  Network<float> network(FastKernels().float32, 4, {{}}, 2, 5, rule);
  return Names(network.Moments(0));
}

TEST(NetworkStateTest, MomentsAreNamedByTheirParameters) {
  EXPECT_THAT(MomentNames(StepRule<float>::kDescent), ElementsAre());
  EXPECT_THAT(
      MomentNames(StepRule<float>::kMomentum),
      ElementsAre("layers.0.weight.momentum", "layers.0.bias.momentum"));
  EXPECT_THAT(
      MomentNames(StepRule<float>::kAdam),
      ElementsAre("layers.0.weight.first_moment", "layers.0.bias.first_moment",
                  "layers.0.weight.second_moment",
                  "layers.0.bias.second_moment"));
}

// Two inputs (1, 2), one hidden unit, two classes, worked by hand: the hidden
// unit gives 1 + 2 - 1 = 2, the scores are (ln 3, 0), so the softmax is
// (3/4, 1/4) and the loss of label 1 is ln 4.
TEST(TinyNetworkTest, GivesTheNumbersWorkedByHand) {
  constexpr double kLog3 = 1.0986122886681098;
  for (const KernelSet* set : KernelsToTest()) {
    Network<double> network(set->float64, 2, {{.hidden = {1}}}, 2, 1,
                            StepRule<double>::kStore);
    const std::vector<Parameter<double>> parameters = network.Parameters(0);
    Assign(std::vector<double>{1, 1}, parameters[0]);
    Assign(std::vector<double>{-1}, parameters[1]);
    Assign(std::vector<double>{kLog3 / 2, 0}, parameters[2]);
    Assign(std::vector<double>{0, 0}, parameters[3]);
    const AlignedArray<double> inputs = {1, 2};
    const uint8_t label = 1;
    InputBatch<double> buffer(set->float64, 2, 1);
    const Batch batch = buffer.Pack(1, inputs.data(), &label);

    const Tally tally = network.Evaluate(batch).front();
    EXPECT_DOUBLE_EQ(tally.loss_sum, std::log(4.0));
    EXPECT_EQ(tally.correct, 0);

    network.Step(batch, {0}, {MemberStep{}});
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
  Network<float> network(FastKernels().float32, 1, {{}}, 2, 1,
                         StepRule<float>::kDescent);
  Assign(std::vector<float>{1e30f, -1e30f}, network.Parameters(0)[0]);
  network.RefreshCopies();
  const float input = 1e30f;
  const uint8_t label = 1;
  InputBatch<float> buffer(FastKernels().float32, 1, 1);
  const Tally tally = network
                          .Step(buffer.Pack(1, &input, &label), {0},
                                {MakeStep(SgdSpec{}, 1, 0.1, 0)})
                          .front();
  EXPECT_FALSE(std::isfinite(tally.loss_sum));
  EXPECT_THAT(ToVector<float>(network.Parameters(0)[0]),
              ElementsAre(1e30f, -1e30f));
}

}  // namespace
}  // namespace etalon::train
