#include "worker/train/gradients/gradient_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "tests/support/status_matchers.h"
#include "tests/worker/train/training_support.h"

namespace etalon::train {
namespace {

using ::etalon::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr int64_t kFeatures = 7;
constexpr int64_t kClasses = 4;
constexpr Index kRows = 12;

GradientCheckPlan SmallPlan() {
  GradientCheckPlan plan;
  plan.features = kFeatures;
  plan.classes = kClasses;
  plan.network.hidden = {6, 5};
  plan.network.init = HeInit{};
  plan.lambda = 0.01;
  plan.samples = 1000;
  return plan;
}

absl::StatusOr<std::vector<ArrayCheck>> Check(const GradientCheckPlan& plan,
                                              const Kernels<double>& kernels,
                                              Index rows = kRows) {
  const AlignedArray<double> inputs = RandomNormals(
      static_cast<size_t>(std::max<Index>(rows, 1) * kFeatures), 1);
  std::vector<uint8_t> labels;
  for (Index i = 0; i < rows; ++i) {
    labels.push_back(static_cast<uint8_t>(i * 3 % kClasses));
  }
  return CheckGradients(plan, kernels, {rows, inputs.data(), labels.data()});
}

const Kernels<double>& AnyKernels() { return KernelsToTest()[0]->float64; }

// Whether the array of this name is within the bound.
bool IsWithin(const std::vector<ArrayCheck>& checks, const std::string& name) {
  for (const ArrayCheck& check : checks) {
    if (check.name == name) return check.IsWithinBound();
  }
  ADD_FAILURE() << "no array " << name;
  return false;
}

class GradientCheckTest
    : public ::testing::TestWithParam<
          std::tuple<const KernelSet*, size_t, bool, Activation, double>> {};

INSTANTIATE_TEST_SUITE_P(
    Networks, GradientCheckTest,
    ::testing::Combine(::testing::ValuesIn(KernelsToTest()),
                       ::testing::Values(0, 1, 2, 3), ::testing::Bool(),
                       ::testing::Values(Activation::kRelu,
                                         Activation::kLeakyRelu,
                                         Activation::kIdentity),
                       ::testing::Values(0, 0.01)));

TEST_P(GradientCheckTest, OfNetworksOfEveryKindTheThreeGradientsAgree) {
  const auto& [kernels, depth, batch_norm, activation, lambda] = GetParam();
  GradientCheckPlan plan = SmallPlan();
  plan.network.hidden.assign(depth, 6);
  plan.network.batch_norm = batch_norm;
  plan.network.activation = activation;
  plan.lambda = lambda;
  ETALON_ASSERT_OK_AND_ASSIGN(const std::vector<ArrayCheck> checks,
                              Check(plan, kernels->float64));
  EXPECT_EQ(checks.size(), 2 * (depth + 1) + (batch_norm ? 2 * depth : 0));
  for (const ArrayCheck& check : checks) {
    EXPECT_TRUE(check.IsWithinBound()) << check.name;
    // Exact but for rounding.
    EXPECT_LT(check.automatic.max_absolute(), 1e-13) << check.name;
    EXPECT_EQ(check.automatic.count(), check.size) << check.name;
    EXPECT_EQ(check.differences.count() + check.kinks, check.size)
        << check.name;
  }
}

TEST(GradientCheckMistakeTest, AMissingRectifierIsFoundBelowIt) {
  Kernels<double> kernels = AnyKernels();
  kernels.relu_backward = [](Index, const double*, double*) {};
  ETALON_ASSERT_OK_AND_ASSIGN(const std::vector<ArrayCheck> checks,
                              Check(SmallPlan(), kernels));
  EXPECT_FALSE(IsWithin(checks, "layers.0.weight"));
  EXPECT_FALSE(IsWithin(checks, "layers.1.bias"));
  EXPECT_TRUE(IsWithin(checks, "layers.2.weight"));
  EXPECT_TRUE(IsWithin(checks, "layers.2.bias"));
}

// A mistake that both the gradient and the differences' cost have is seen by
// automatic differentiation alone: here a slope of 0.02 in place of 0.01.
TEST(GradientCheckMistakeTest, AMistakeOfTheCostIsFoundByTheOtherCost) {
  static const Kernels<double>& correct = AnyKernels();
  Kernels<double> kernels = correct;
  kernels.leaky_relu = [](Index count, double slope, double* values) {
    correct.leaky_relu(count, 2 * slope, values);
  };
  kernels.leaky_relu_backward = [](Index count, double slope,
                                   const double* activations,
                                   double* gradient) {
    correct.leaky_relu_backward(count, 2 * slope, activations, gradient);
  };
  GradientCheckPlan plan = SmallPlan();
  plan.network.activation = Activation::kLeakyRelu;
  ETALON_ASSERT_OK_AND_ASSIGN(const std::vector<ArrayCheck> checks,
                              Check(plan, kernels));
  for (const ArrayCheck& check : checks) {
    EXPECT_FALSE(check.IsWithinBound()) << check.name;
    EXPECT_EQ(check.differences.absolute_within(), check.differences.count())
        << check.name;
  }
}

TEST(GradientCheckMistakeTest, AScaleThatIsForgottenIsFoundInGammaAlone) {
  static const Kernels<double>& correct = AnyKernels();
  Kernels<double> kernels = correct;
  kernels.normalize_backward =
      [](Index rows, Index columns, const double* normalized,
         const double* scale, const double* gamma, double* gradient,
         double* gamma_gradient, double* beta_gradient) {
        correct.normalize_backward(rows, columns, normalized, scale, gamma,
                                   gradient, gamma_gradient, beta_gradient);
        for (Index i = 0; i < columns; ++i) gamma_gradient[i] *= 1.001;
      };
  GradientCheckPlan plan = SmallPlan();
  plan.network.batch_norm = true;
  ETALON_ASSERT_OK_AND_ASSIGN(const std::vector<ArrayCheck> checks,
                              Check(plan, kernels));
  EXPECT_FALSE(IsWithin(checks, "layers.0.norm.weight"));
  EXPECT_TRUE(IsWithin(checks, "layers.0.norm.bias"));
  EXPECT_TRUE(IsWithin(checks, "layers.0.weight"));
}

// Steps of one half move most units over their kink.
TEST(GradientCheckKinkTest, DifferencesAcrossKinksAreCountedApart) {
  GradientCheckPlan plan = SmallPlan();
  plan.network.hidden = {6};
  plan.step = 0.5;
  ETALON_ASSERT_OK_AND_ASSIGN(const std::vector<ArrayCheck> checks,
                              Check(plan, AnyKernels()));
  EXPECT_GT(checks[0].kinks, 0);  // W1 and b1 move hidden units,
  EXPECT_GT(checks[1].kinks, 0);
  EXPECT_EQ(checks[2].kinks, 0);  // W2 and b2 do not
  EXPECT_EQ(checks[3].kinks, 0);
  for (const ArrayCheck& check : checks) {
    EXPECT_EQ(check.differences.count(), check.size - check.kinks);
    EXPECT_EQ(check.automatic.count(), check.size);
    EXPECT_EQ(check.automatic.relative_within(), check.size);
  }
}

TEST(GradientCheckKinkTest, ALineHasNone) {
  GradientCheckPlan plan = SmallPlan();
  plan.network.activation = Activation::kIdentity;
  plan.step = 0.5;
  ETALON_ASSERT_OK_AND_ASSIGN(const std::vector<ArrayCheck> checks,
                              Check(plan, AnyKernels()));
  for (const ArrayCheck& check : checks) EXPECT_EQ(check.kinks, 0);
}

TEST(GradientCheckSampleTest, LargeArraysAreSampledAndSmallOnesTakenWhole) {
  GradientCheckPlan plan = SmallPlan();
  plan.samples = 6;
  ETALON_ASSERT_OK_AND_ASSIGN(const std::vector<ArrayCheck> checks,
                              Check(plan, AnyKernels()));
  std::vector<int64_t> checked;
  for (const ArrayCheck& check : checks) {
    checked.push_back(check.automatic.count());
  }
  // W 6 x 7, b 6, W 5 x 6, b 5, W 4 x 5, b 4.
  EXPECT_THAT(checked, ElementsAre(6, 6, 6, 5, 6, 4));
}

TEST(GradientCheckSampleTest, TheSeedChoosesParametersAndEntries) {
  GradientCheckPlan plan = SmallPlan();
  plan.samples = 6;
  const auto error = [&plan] {
    const auto checks = Check(plan, AnyKernels());
    ETALON_EXPECT_OK(checks);
    return checks.ok() ? checks->at(0).differences.max_absolute() : 0;
  };
  const double first = error();
  EXPECT_EQ(error(), first);
  plan.seed = 1;
  EXPECT_NE(error(), first);
}

TEST(GradientCheckDropoutTest, DropoutIsLeftOut) {
  GradientCheckPlan plan = SmallPlan();
  plan.network.dropout = 0.5;
  ETALON_ASSERT_OK_AND_ASSIGN(const std::vector<ArrayCheck> checks,
                              Check(plan, AnyKernels()));
  for (const ArrayCheck& check : checks) EXPECT_TRUE(check.IsWithinBound());
}

// SmallPlan after `change`.
template <typename Change>
absl::Status CheckWith(Change change, Index rows = kRows) {
  GradientCheckPlan plan = SmallPlan();
  change(plan);
  return Check(plan, AnyKernels(), rows).status();
}

TEST(GradientCheckRefusalTest, WhatIsOutOfRangeIsNamed) {
  using Plan = GradientCheckPlan;
  EXPECT_THAT(CheckWith([](Plan& p) { p.lambda = -1; }),
              StatusIs(kInvalid, HasSubstr("lambda is -1")));
  EXPECT_THAT(CheckWith([](Plan& p) { p.step = 0; }),
              StatusIs(kInvalid, HasSubstr("step is 0")));
  EXPECT_THAT(CheckWith([](Plan& p) { p.bound = -1; }),
              StatusIs(kInvalid, HasSubstr("bound is -1")));
  EXPECT_THAT(CheckWith([](Plan& p) { p.epsilon = 0; }),
              StatusIs(kInvalid, HasSubstr("epsilon is 0")));
  EXPECT_THAT(CheckWith([](Plan& p) { p.samples = 0; }),
              StatusIs(kInvalid, HasSubstr("samples is 0")));
  EXPECT_THAT(CheckWith([](Plan& p) { p.network.init = NormalInit{0}; }),
              StatusIs(kInvalid, HasSubstr("init is 0")));
  EXPECT_THAT(CheckWith([](Plan& p) { p.network.hidden = {6, 0}; }),
              StatusIs(kInvalid, HasSubstr("layer 2 of the network is 0")));
}

TEST(GradientCheckRefusalTest, NetworksPastTheLimitAreRefusedWithoutOverflow) {
  EXPECT_THAT(CheckWith([](GradientCheckPlan& p) {
                p.network.hidden = {int64_t{1} << 62};
              }),
              StatusIs(kInvalid, HasSubstr("layer 1 of the network")));
  EXPECT_THAT(
      CheckWith([](GradientCheckPlan& p) { p.network.hidden = {5000, 5000}; }),
      StatusIs(kInvalid, HasSubstr("layer 2 of the network is 5000")));
}

TEST(GradientCheckRefusalTest, BatchNormalisationNeedsTwoRows) {
  EXPECT_THAT(CheckWith([](GradientCheckPlan&) {}, 0),
              StatusIs(kInvalid, HasSubstr("batch is 0")));
  EXPECT_THAT(
      CheckWith([](GradientCheckPlan& p) { p.network.batch_norm = true; }, 1),
      StatusIs(kInvalid, HasSubstr("batch is 1")));
}

TEST(GradientCheckRefusalTest, ALossThatIsNotFiniteHasNoGradient) {
  EXPECT_THAT(CheckWith([](GradientCheckPlan& p) {
                p.network.init = NormalInit{1e300};
              }),
              StatusIs(kInvalid, HasSubstr("not finite")));
}

}  // namespace
}  // namespace etalon::train
