#include "worker/train/network.h"

#include <gtest/gtest.h>

#include <cmath>
#include <tuple>
#include <vector>

#include "tests/worker/train/training_support.h"

namespace etalon::train {
namespace {

constexpr Index kFeatures = 23;
constexpr Index kClasses = 10;

struct Shape {
  std::vector<int64_t> hidden;
  Index rows;
};

class NetworkTest : public ::testing::TestWithParam<
                        std::tuple<const KernelSet*, Shape, double>> {
 protected:
  NetworkTest()
      : kernels_(std::get<0>(GetParam())->float64),
        rows_(std::get<1>(GetParam()).rows),
        lambda_(std::get<2>(GetParam())),
        network_(kernels_, kFeatures, std::get<1>(GetParam()).hidden, kClasses,
                 rows_),
        inputs_(RandomNormals(static_cast<size_t>(rows_ * kFeatures), 1)) {
    for (Index i = 0; i < rows_; ++i) {
      labels_.push_back(static_cast<uint8_t>(i * 7 % kClasses));
    }
    network_.Initialize(HeInit{}, 5);
    for (FullyConnected<double>& layer : network_.layers()) {
      layer.parameters().biases =
          RandomNormals(layer.parameters().biases.size(), 6);
    }
  }

  Batch<double> batch() const {
    return {rows_, inputs_.data(), labels_.data()};
  }
  double Cost() {
    return network_.Evaluate(batch()).loss_sum / static_cast<double>(rows_) +
           lambda_ * network_.SquaredWeights();
  }

  const Kernels<double>& kernels_;
  const Index rows_;
  const double lambda_;
  Network<double> network_;
  AlignedArray<double> inputs_;
  std::vector<uint8_t> labels_;
};

INSTANTIATE_TEST_SUITE_P(
    Shapes, NetworkTest,
    ::testing::Combine(::testing::ValuesIn(KernelsToTest()),
                       ::testing::Values(Shape{{}, 20}, Shape{{12}, 20},
                                         Shape{{12, 9}, 20},
                                         Shape{{12, 9, 8}, 20},
                                         Shape{{12, 9, 8}, 1}),
                       ::testing::Values(0, 0.01)),
    [](const auto& info) {
      const Shape& shape = std::get<1>(info.param);
      return std::string(std::get<0>(info.param)->name) + "_" +
             std::to_string(shape.hidden.size()) + "_hidden_" +
             std::to_string(shape.rows) + "_rows_" +
             (std::get<2>(info.param) > 0 ? "penalty" : "no_penalty");
    });

TEST_P(NetworkTest, GradientsMatchCentralDifferences) {
  const std::vector<AffineParameters<double>> gradient =
      network_.CostGradient(batch(), lambda_);
  ASSERT_EQ(gradient.size(), network_.layers().size());
  for (size_t l = 0; l < gradient.size(); ++l) {
    AffineParameters<double>& parameters = network_.layers()[l].parameters();
    const auto cost = [this] { return Cost(); };
    EXPECT_LT(RelativeError(gradient[l].weights.data(),
                            CentralDifferences(parameters.weights, cost)),
              1e-6)
        << "weights of layer " << l;
    EXPECT_LT(RelativeError(gradient[l].biases.data(),
                            CentralDifferences(parameters.biases, cost)),
              1e-6)
        << "biases of layer " << l;
  }
}

TEST_P(NetworkTest, DescentStepsAgainstTheGradient) {
  constexpr double kEta = 0.125;
  const std::vector<AffineParameters<double>> gradient =
      network_.CostGradient(batch(), lambda_);
  const std::vector<FullyConnected<double>> before = network_.layers();
  network_.Descend(batch(), kEta, lambda_);
  for (size_t l = 0; l < before.size(); ++l) {
    const auto check = [&](const AlignedArray<double>& from,
                           const AlignedArray<double>& slope,
                           const AlignedArray<double>& to) {
      for (size_t i = 0; i < from.size(); ++i) {
        EXPECT_NEAR(to[i], from[i] - kEta * slope[i], 1e-14);
      }
    };
    const auto& was = before[l].parameters();
    const auto& is = network_.layers()[l].parameters();
    check(was.weights, gradient[l].weights, is.weights);
    check(was.biases, gradient[l].biases, is.biases);
  }
}

// Two inputs (1, 2), one hidden unit, two classes, worked by hand: the hidden
// unit gives 1 + 2 - 1 = 2, the scores are (ln 3, 0), so the softmax is
// (3/4, 1/4) and the loss of label 1 is ln 4.
TEST(TinyNetworkTest, GivesTheNumbersWorkedByHand) {
  constexpr double kLog3 = 1.0986122886681098;
  for (const KernelSet* set : KernelsToTest()) {
    Network<double> network(set->float64, 2, {1}, 2, 1);
    network.layers()[0].parameters() = {.weights = {1, 1}, .biases = {-1}};
    network.layers()[1].parameters() = {.weights = {kLog3 / 2, 0},
                                        .biases = {0, 0}};
    const AlignedArray<double> inputs = {1, 2};
    const uint8_t label = 1;
    const Batch<double> batch = {1, inputs.data(), &label};

    const Tally tally = network.Evaluate(batch);
    EXPECT_DOUBLE_EQ(tally.loss_sum, std::log(4.0));
    EXPECT_EQ(tally.correct, 0);

    const auto gradient = network.CostGradient(batch, 0.5);
    // Scores' gradient (3/4, -3/4); the penalty adds 2 * 0.5 * W.
    EXPECT_DOUBLE_EQ(gradient[1].weights[0], 1.5 + kLog3 / 2);
    EXPECT_DOUBLE_EQ(gradient[1].weights[1], -1.5);
    EXPECT_DOUBLE_EQ(gradient[1].biases[0], 0.75);
    EXPECT_DOUBLE_EQ(gradient[1].biases[1], -0.75);
    EXPECT_DOUBLE_EQ(gradient[0].weights[0], 0.375 * kLog3 + 1);
    EXPECT_DOUBLE_EQ(gradient[0].weights[1], 0.75 * kLog3 + 1);
    EXPECT_DOUBLE_EQ(gradient[0].biases[0], 0.375 * kLog3);
  }
}

TEST(TinyNetworkTest, StepWithAnInfiniteLossChangesNothing) {
  Network<float> network(FastKernels(), 1, {}, 2, 1);
  network.layers()[0].parameters() = {.weights = {1e30f, -1e30f},
                                      .biases = {0, 0}};
  const AlignedArray<float> inputs = {1e30f};
  const uint8_t label = 1;
  const Tally tally = network.Descend({1, inputs.data(), &label}, 0.1, 0);
  EXPECT_FALSE(std::isfinite(tally.loss_sum));
  EXPECT_EQ(network.layers()[0].parameters().weights,
            (AlignedArray<float>{1e30f, -1e30f}));
}

}  // namespace
}  // namespace etalon::train
