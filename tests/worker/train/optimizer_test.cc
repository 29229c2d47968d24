// Every optimiser against its formula, written out by hand.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "tests/worker/train/training_support.h"
#include "worker/train/layers/learnt_array.h"
#include "worker/train/optimizers/member_step.h"
#include "worker/train/optimizers/step_table.h"

namespace etalon::train {
namespace {

constexpr double kLambda = 0.05;
// Two members, of 17 and of 17 units.
constexpr Columns kColumns = {2, 17, 17, 48};
constexpr size_t kUsed = 34;

// What a formula does to one number: the update, the gradient of the loss, the
// penalty's 2 lambda and the number itself; `a` and `b` are what it remembers.
struct One {
  double w;
  double a = 0;
  double b = 0;
};
using Formula = std::function<void(int update, double eta, double gradient,
                                   double penalty, One& one)>;

// Five updates at a rate that changes, on all kernel sets, of weights (p = 0)
// and of biases; the second member's rate is twice the first's.
void ExpectFormula(const OptimizerSpec& spec, const Formula& formula) {
  const StepRule<double> rule = RuleOf<double>(spec);
  for (const KernelSet* set : KernelsToTest()) {
    for (const bool penalized : {true, false}) {
      LearntArray<double> array(kColumns.width, rule);
      array.values = RandomNormals(static_cast<size_t>(kColumns.width), 1);
      std::vector<One> expected;
      for (const double w : array.values) expected.push_back({w});
      StepTable<double> steps(kColumns, rule);
      for (int update = 1; update <= 5; ++update) {
        const double etas[] = {0.1 / update, 0.2 / update};
        const AlignedArray<double> gradient =
            RandomNormals(static_cast<size_t>(kColumns.width),
                          10 + static_cast<uint64_t>(update));
        steps.Set({MakeStep(spec, update, etas[0], kLambda),
                   MakeStep(spec, update, etas[1], kLambda)});
        set->float64.descend_vector(
            kColumns.width, gradient.data(),
            penalized ? steps.Penalized(0) : steps.Unpenalized(),
            array.From(0));
        for (size_t i = 0; i < kUsed; ++i) {
          formula(update, etas[i / 17], gradient[i],
                  penalized ? 2 * kLambda : 0, expected[i]);
          EXPECT_NEAR(array.values[i], expected[i].w, 1e-13)
              << set->name << ", update " << update;
        }
      }
    }
  }
}

TEST(OptimizerTest, GradientDescentFollowsItsFormula) {
  ExpectFormula(SgdSpec{},
                [](int, double eta, double gradient, double penalty, One& x) {
                  x.w -= eta * (gradient + penalty * x.w);
                });
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

TEST(OptimizerTest, RulesRememberWhatTheyNeed) {
  const auto moments = [](const OptimizerSpec& spec) {
    return MomentCount<float>(RuleOf<float>(spec));
  };
  EXPECT_EQ(moments(SgdSpec{.nesterov = true}), 0);
  EXPECT_EQ(moments(SgdSpec{.momentum = 0.9}), 1);
  EXPECT_EQ(moments(AdamSpec{}), 2);
}

// The square of the gradient overflows: without more the step would be zero for
// ever, and the trial look as if it had stopped learning.
TEST(OptimizerTest, AdamShowsASecondMomentThatOverflows) {
  for (const KernelSet* set : KernelsToTest()) {
    LearntArray<float> array(kColumns.width, StepRule<float>::kAdam);
    AlignedArray<float> gradient(kColumns.width);
    gradient[5] = 1e30f;
    StepTable<float> steps(kColumns, StepRule<float>::kAdam);
    const MemberStep step = MakeStep(AdamSpec{}, 1, 0.1, 0);
    steps.Set({step, step});
    set->float32.descend_vector(kColumns.width, gradient.data(),
                                steps.Penalized(0), array.From(0));
    EXPECT_TRUE(std::isnan(array.values[5])) << set->name;
    EXPECT_FALSE(std::isnan(array.values[4])) << set->name;
  }
}

}  // namespace
}  // namespace etalon::train
