#include "worker/train/why_apart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace etalon::train {
namespace {

using ::testing::HasSubstr;

TrialPlan Plan() {
  TrialPlan plan;
  plan.network.hidden = {50};
  plan.schedule.form = CyclicalRate{};
  plan.updates = 1000;
  return plan;
}

TEST(WhyApartTest, WhatMayDifferWithinAGroup) {
  TrialPlan other = Plan();
  other.lambda = 0.1;
  other.schedule.form = CosineRate{};
  other.network.dropout = 0.5;
  other.network.init = HeInit{};
  other.seeds.initialization = 7;
  other.early_stopping = EarlyStoppingPlan{3};
  EXPECT_EQ(WhyApart(Plan(), other), "");
}

TEST(WhyApartTest, NumbersOfOneOptimizerMayDifferItsKindMayNot) {
  TrialPlan a = Plan(), b = Plan();
  a.optimizer = SgdSpec{.momentum = 0.9};
  b.optimizer = SgdSpec{.momentum = 0.5, .nesterov = true};
  EXPECT_EQ(WhyApart(a, b), "");
  b.optimizer = SgdSpec{};
  EXPECT_EQ(WhyApart(a, b),
            "one is trained by sgd with momentum, the other by sgd without "
            "momentum");
  b.optimizer = AdamSpec{};
  EXPECT_THAT(WhyApart(a, b), HasSubstr("adam"));
}

void ExpectApart(const std::function<void(TrialPlan&)>& change,
                 const char* reason) {
  TrialPlan other = Plan();
  change(other);
  EXPECT_THAT(WhyApart(Plan(), other), HasSubstr(reason));
  EXPECT_NE(WhyApart(other, Plan()), "");
}

TEST(WhyApartTest, EveryDifferenceIsNamed) {
  ExpectApart([](TrialPlan& p) { p.network.hidden = {50, 30}; }, "hidden");
  ExpectApart([](TrialPlan& p) { p.network.batch_norm = true; },
              "batch normalisation");
  ExpectApart(
      [](TrialPlan& p) { p.network.activation = Activation::kIdentity; },
      "activations");
  ExpectApart([](TrialPlan& p) { p.precision = Precision::kBfloat16; },
              "precisions");
  ExpectApart([](TrialPlan& p) { p.batch_size = 10; }, "batch sizes");
  ExpectApart([](TrialPlan& p) { p.updates = 7; }, "1000 and 7 updates");
  ExpectApart([](TrialPlan& p) { p.seeds.minibatches = 1; }, "minibatches");
  ExpectApart([](TrialPlan& p) { p.augmentation.shift = 2; }, "augmented");
  ExpectApart([](TrialPlan& p) { p.evaluation.count = 2; }, "measured");
  ExpectApart([](TrialPlan& p) { p.evaluation.training = true; }, "measured");
}

TEST(WhyApartTest, CyclesMatterWhereTrialsAreMeasuredByThem) {
  TrialPlan a = Plan();
  TrialPlan b = Plan();
  b.schedule.form = CyclicalRate{.step_size = 123};
  EXPECT_EQ(WhyApart(a, b), "");
  a.evaluation.period = b.evaluation.period = EvaluationPlan::Period::kCycle;
  EXPECT_THAT(WhyApart(a, b), HasSubstr("measured"));
}

}  // namespace
}  // namespace etalon::train
