// Every optimiser against its formula, written out by hand.
#include "worker/train/optimizers/optimizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "tests/worker/train/training_support.h"

namespace etalon::train {
namespace {

using ::testing::ElementsAre;

constexpr Index kCount = 37;  // fills no vector register
constexpr double kLambda = 0.05;

// One weight array, penalised, and one bias array, not.
template <typename Scalar>
struct Arrays {
  Arrays() {
    for (size_t p = 0; p < 2; ++p) {
      const AlignedArray<double> start = RandomNormals(kCount, p);
      values[p].assign(start.begin(), start.end());
      gradients[p].resize(kCount);
    }
  }

  std::vector<Parameter<Scalar>> Parameters() {
    return {{{"weight", {kCount}, values[0].data(), kCount},
             gradients[0].data(),
             true},
            {{"bias", {kCount}, values[1].data(), kCount},
             gradients[1].data(),
             false}};
  }
  void DrawGradients(uint64_t update) {
    for (size_t p = 0; p < 2; ++p) {
      const AlignedArray<double> drawn = RandomNormals(kCount, 10 * update + p);
      gradients[p].assign(drawn.begin(), drawn.end());
    }
  }

  AlignedArray<Scalar> values[2];
  AlignedArray<Scalar> gradients[2];
};

// What a formula does to one number: the update, the gradient of the loss, the
// penalty's 2 lambda and the number itself; `a` and `b` are what it remembers.
struct One {
  double w;
  double a = 0;
  double b = 0;
};
using Formula = std::function<void(int update, double eta, double gradient,
                                   double penalty, One& one)>;

// Five updates at a rate that changes, on all kernel sets.
void ExpectFormula(const OptimizerSpec& spec, const Formula& formula) {
  for (const KernelSet* set : KernelsToTest()) {
    Arrays<double> arrays;
    std::vector<One> expected[2];
    for (size_t p = 0; p < 2; ++p) {
      for (const double w : arrays.values[p]) expected[p].push_back({w});
    }
    const auto optimizer =
        MakeOptimizer(spec, set->float64, arrays.Parameters());
    ASSERT_NE(optimizer, nullptr);
    for (int update = 1; update <= 5; ++update) {
      const double eta = 0.1 / update;
      arrays.DrawGradients(static_cast<uint64_t>(update));
      optimizer->Step(update, eta, kLambda);
      for (size_t p = 0; p < 2; ++p) {
        for (size_t i = 0; i < kCount; ++i) {
          formula(update, eta, arrays.gradients[p][i], p == 0 ? 2 * kLambda : 0,
                  expected[p][i]);
          EXPECT_NEAR(arrays.values[p][i], expected[p][i].w, 1e-13)
              << set->name << ", update " << update;
        }
      }
    }
  }
}

TEST(OptimizerTest, MomentumFollowsItsFormula) {
  ExpectFormula(SgdSpec{.momentum = 0.8},
                [](int, double eta, double gradient, double penalty, One& x) {
                  x.a = 0.8 * x.a + gradient + penalty * x.w;
                  x.w -= eta * x.a;
                });
}

TEST(OptimizerTest, NesterovFollowsItsFormula) {
  ExpectFormula(SgdSpec{.momentum = 0.8, .nesterov = true},
                [](int, double eta, double gradient, double penalty, One& x) {
                  const double g = gradient + penalty * x.w;
                  x.a = 0.8 * x.a + g;
                  x.w -= eta * (g + 0.8 * x.a);
                });
}

void StepAdam(int update, double eta, double g, One& x) {
  x.a = 0.7 * x.a + 0.3 * g;
  x.b = 0.9 * x.b + 0.1 * g * g;
  const double first = x.a / (1 - std::pow(0.7, update));
  const double second = x.b / (1 - std::pow(0.9, update));
  x.w -= eta * first / (std::sqrt(second) + 1e-3);
}

TEST(OptimizerTest, AdamFollowsItsFormula) {
  ExpectFormula(
      AdamSpec{.beta1 = 0.7, .beta2 = 0.9, .epsilon = 1e-3},
      [](int update, double eta, double gradient, double penalty, One& x) {
        StepAdam(update, eta, gradient + penalty * x.w, x);
      });
}

TEST(OptimizerTest, AdamWDecaysApartFromTheGradient) {
  ExpectFormula(
      AdamSpec{.beta1 = 0.7, .beta2 = 0.9, .epsilon = 1e-3, .decoupled = true},
      [](int update, double eta, double gradient, double penalty, One& x) {
        x.w -= eta * penalty * x.w;
        StepAdam(update, eta, gradient, x);
      });
}

TEST(OptimizerTest, PlainGradientDescentRemembersNothing) {
  Arrays<float> arrays;
  EXPECT_EQ(MakeOptimizer(SgdSpec{.nesterov = true}, FastKernels().float32,
                          arrays.Parameters()),
            nullptr);
}

std::vector<std::string> StateNames(const OptimizerSpec& spec) {
  Arrays<float> arrays;
  std::vector<std::string> names;
  for (const NamedArray<float>& array :
       MakeOptimizer(spec, FastKernels().float32, arrays.Parameters())
           ->State()) {
    names.push_back(array.name);
    EXPECT_EQ(array.count, kCount);
  }
  return names;
}

TEST(OptimizerTest, StateIsNamedByItsParameter) {
  EXPECT_THAT(StateNames(SgdSpec{.momentum = 0.9}),
              ElementsAre("weight.momentum", "bias.momentum"));
  EXPECT_THAT(StateNames(AdamSpec{}),
              ElementsAre("weight.first_moment", "bias.first_moment",
                          "weight.second_moment", "bias.second_moment"));
}

// The square of the gradient overflows: without more the step would be zero for
// ever, and the trial look as if it had stopped learning.
TEST(OptimizerTest, AdamShowsASecondMomentThatOverflows) {
  for (const KernelSet* set : KernelsToTest()) {
    Arrays<float> arrays;
    const auto optimizer =
        MakeOptimizer(AdamSpec{}, set->float32, arrays.Parameters());
    arrays.gradients[0][5] = 1e30f;
    optimizer->Step(1, 0.1, 0);
    EXPECT_TRUE(std::isnan(arrays.values[0][5])) << set->name;
    EXPECT_FALSE(std::isnan(arrays.values[0][4])) << set->name;
  }
}

}  // namespace
}  // namespace etalon::train
