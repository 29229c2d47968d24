#include "worker/train/layers/batch_norm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "tests/worker/train/training_support.h"

namespace etalon::train {
namespace {

class BatchNormTest : public ::testing::TestWithParam<const KernelSet*> {
 protected:
  const Kernels<double>& kernels() { return GetParam()->float64; }
};

INSTANTIATE_TEST_SUITE_P(Kernels, BatchNormTest,
                         ::testing::ValuesIn(KernelsToTest()), KernelSetName);

constexpr Columns kOneUnit = {1, 1, 1, 8};
constexpr Columns kOneFloatUnit = {1, 1, 1, 16};

// A column of values, with the padding beside it.
template <typename Scalar>
AlignedArray<Scalar> Column(const std::vector<Scalar>& values,
                            const Columns& columns) {
  AlignedArray<Scalar> padded(values.size() *
                              static_cast<size_t>(columns.width));
  for (size_t i = 0; i < values.size(); ++i) {
    padded[i * static_cast<size_t>(columns.width)] = values[i];
  }
  return padded;
}

// Two rows of one unit, 1 and 5, worked by hand: mean 3, biased variance 4, so
// that with r = 1 / sqrt(4 + 1e-5) the normalised values are -2 r and 2 r.
const std::vector<double> kValues = {1, 5};
const double kInverse = 1 / std::sqrt(4 + 1e-5);

TEST_P(BatchNormTest, GivesTheNumbersWorkedByHand) {
  BatchNorm<double> norm(kernels(), kOneUnit, StepRule<double>::kStore, 2);
  const auto parameters = norm.Parameters(0, "");
  parameters[0].values[0] = 3;  // gamma
  parameters[1].values[0] = 7;  // beta
  AlignedArray<double> values = Column(kValues, kOneUnit);
  norm.ForwardInTraining(2, values.data());
  EXPECT_DOUBLE_EQ(values[0], 7 - 6 * kInverse);
  EXPECT_DOUBLE_EQ(values[8], 7 + 6 * kInverse);

  // With output gradients 1 and 0: beta's is 1, gamma's -2 r; the input's is
  // 3 r (1 - 1/2 - 4 r^2 / 2), and the negative of it in the other row.
  AlignedArray<double> gradient = Column<double>({1, 0}, kOneUnit);
  norm.Backward(2, gradient.data());
  norm.Step(StepTable<double>(kOneUnit, StepRule<double>::kStore));
  EXPECT_DOUBLE_EQ(parameters[0].gradient[0], -2 * kInverse);
  EXPECT_DOUBLE_EQ(parameters[1].gradient[0], 1);
  const double expected = 3 * kInverse * (0.5 - 2 * kInverse * kInverse);
  // A difference of two numbers near one half.
  EXPECT_NEAR(gradient[0], expected, 1e-15);
  EXPECT_NEAR(gradient[8], -expected, 1e-15);
}

TEST_P(BatchNormTest, RunningMomentsMoveATenthTowardsTheBatch) {
  BatchNorm<double> norm(kernels(), kOneUnit, StepRule<double>::kStore, 2);
  const auto statistics = norm.Statistics(0, "");
  AlignedArray<double> values = Column(kValues, kOneUnit);
  norm.ForwardInTraining(2, values.data());
  EXPECT_EQ(statistics[0].values[0], 0);
  EXPECT_EQ(statistics[1].values[0], 1);
  norm.UpdateStatistics(2);
  EXPECT_DOUBLE_EQ(statistics[0].values[0], 0.3);
  EXPECT_DOUBLE_EQ(statistics[1].values[0], 0.9 + 0.1 * 8);  // unbiased
}

TEST_P(BatchNormTest, EvaluationTakesTheRunningMoments) {
  BatchNorm<double> norm(kernels(), kOneUnit, StepRule<double>::kStore, 2);
  const auto statistics = norm.Statistics(0, "");
  statistics[0].values[0] = 2;
  statistics[1].values[0] = 9;
  AlignedArray<double> values = Column<double>({5}, kOneUnit);
  norm.ForwardInEvaluation(1, values.data());
  EXPECT_DOUBLE_EQ(values[0], 3 / std::sqrt(9 + 1e-5));
}

TEST_P(BatchNormTest, LargeMeanCostsNoDigitsOfTheVariance) {
  BatchNorm<float> norm(GetParam()->float32, kOneFloatUnit,
                        StepRule<float>::kStore, 4);
  AlignedArray<float> values =
      Column<float>({10000, 10001, 10002, 10003}, kOneFloatUnit);
  norm.ForwardInTraining(4, values.data());
  norm.UpdateStatistics(4);
  EXPECT_NEAR(norm.Statistics(0, "")[1].values[0], 0.9 + 0.1 * 5.0 / 3, 1e-6);
}

// Its deviation would be infinite, one over it zero, and the unit silent.
TEST_P(BatchNormTest, VarianceThatOverflowsShows) {
  BatchNorm<float> norm(GetParam()->float32, kOneFloatUnit,
                        StepRule<float>::kStore, 2);
  AlignedArray<float> values = Column<float>({3e30f, -3e30f}, kOneFloatUnit);
  norm.ForwardInTraining(2, values.data());
  EXPECT_TRUE(std::isnan(values[0]));

  norm.Statistics(0, "")[1].values[0] = std::numeric_limits<float>::infinity();
  values = Column<float>({1}, kOneFloatUnit);
  norm.ForwardInEvaluation(1, values.data());
  EXPECT_TRUE(std::isnan(values[0]));
}

}  // namespace
}  // namespace etalon::train
