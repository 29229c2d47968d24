#include "worker/plan_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <variant>

#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"
#include "tests/worker/plan_samples.h"

namespace etalon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The sample's plan with this schedule and no length of its own.
absl::StatusOr<train::TrialPlan> PlanWithSchedule(const std::string& schedule) {
  v1::Trial trial = SampleTrial();
  trial.mutable_training()->clear_epochs();
  *trial.mutable_training()->mutable_schedule() =
      ParseTextProto<v1::Schedule>(schedule);
  return DecodePlan(trial, SampleSizes());
}

TEST(DecodePlan, TakesEveryField) {
  ETALON_ASSERT_OK_AND_ASSIGN(const train::TrialPlan plan,
                              DecodePlan(SampleTrial(), SampleSizes()));
  EXPECT_THAT(plan.network.hidden, ElementsAre(8, 6));
  EXPECT_TRUE(std::holds_alternative<train::XavierInit>(plan.network.init));
  EXPECT_EQ(plan.lambda, 0.001);
  EXPECT_EQ(std::get<train::ConstantRate>(plan.schedule.form).eta, 0.01);
  EXPECT_EQ(plan.batch_size, 50);
  EXPECT_EQ(plan.updates, 2 * 400 / 50);
  EXPECT_EQ(plan.evaluation.period, train::EvaluationPlan::Period::kEpoch);
  EXPECT_EQ(plan.evaluation.count, 1);
  EXPECT_FALSE(plan.evaluation.training);
  EXPECT_TRUE(plan.evaluation.test);
  EXPECT_EQ(plan.seeds.initialization, 11u);
  EXPECT_EQ(plan.seeds.minibatches, 12u);
}

TEST(DecodePlan, NoHiddenLayersIsANetworkOfOneLayer) {
  v1::Trial trial = SampleTrial();
  trial.mutable_training()->mutable_network()->mutable_hidden()->clear_values();
  ETALON_ASSERT_OK_AND_ASSIGN(const train::TrialPlan plan,
                              DecodePlan(trial, SampleSizes()));
  EXPECT_THAT(plan.network.hidden, IsEmpty());
}

TEST(DecodePlan, TakesTheInitialization) {
  v1::Trial trial = SampleTrial();
  v1::Initialization& init =
      *trial.mutable_training()->mutable_network()->mutable_initialization();
  init.mutable_he();
  ETALON_ASSERT_OK_AND_ASSIGN(const train::TrialPlan he,
                              DecodePlan(trial, SampleSizes()));
  EXPECT_TRUE(std::holds_alternative<train::HeInit>(he.network.init));
  init.set_deviation(0.25);
  ETALON_ASSERT_OK_AND_ASSIGN(const train::TrialPlan normal,
                              DecodePlan(trial, SampleSizes()));
  EXPECT_EQ(std::get<train::NormalInit>(normal.network.init).deviation, 0.25);
}

TEST(DecodePlan, TakesWhatAHiddenLayerIsMadeOf) {
  v1::Trial trial = SampleTrial();
  v1::Network& network = *trial.mutable_training()->mutable_network();
  network.set_batch_norm(true);
  network.set_dropout(0.25);
  network.set_activation(v1::LEAKY_RELU);
  ETALON_ASSERT_OK_AND_ASSIGN(const train::TrialPlan plan,
                              DecodePlan(trial, SampleSizes()));
  EXPECT_TRUE(plan.network.batch_norm);
  EXPECT_EQ(plan.network.dropout, 0.25);
  EXPECT_EQ(plan.network.activation, train::Activation::kLeakyRelu);
  network.set_activation(v1::IDENTITY);
  ETALON_ASSERT_OK_AND_ASSIGN(const train::TrialPlan linear,
                              DecodePlan(trial, SampleSizes()));
  EXPECT_EQ(linear.network.activation, train::Activation::kIdentity);
}

TEST(DecodePlan, TakesThePrecision) {
  v1::Trial trial = SampleTrial();
  for (const auto& [sent, taken] :
       {std::pair(v1::PRECISION_UNSPECIFIED, train::Precision::kFloat32),
        std::pair(v1::FLOAT32, train::Precision::kFloat32),
        std::pair(v1::BFLOAT16, train::Precision::kBfloat16)}) {
    trial.mutable_training()->set_precision(sent);
    ETALON_ASSERT_OK_AND_ASSIGN(const train::TrialPlan plan,
                                DecodePlan(trial, SampleSizes()));
    EXPECT_EQ(plan.precision, taken);
  }
}

TEST(DecodePlan, TakesMomentum) {
  v1::Trial trial = SampleTrial();
  *trial.mutable_training()->mutable_optimizer() =
      ParseTextProto<v1::Optimizer>("sgd { momentum: 0.9 nesterov: true }");
  ETALON_ASSERT_OK_AND_ASSIGN(const train::TrialPlan plan,
                              DecodePlan(trial, SampleSizes()));
  const auto& sgd = std::get<train::SgdSpec>(plan.optimizer);
  EXPECT_EQ(sgd.momentum, 0.9);
  EXPECT_TRUE(sgd.nesterov);
}

TEST(DecodePlan, TakesAdam) {
  v1::Trial trial = SampleTrial();
  *trial.mutable_training()->mutable_optimizer() =
      ParseTextProto<v1::Optimizer>(
          "adam { beta1: 0.8 beta2: 0.99 epsilon: 1e-6 decoupled: true }");
  ETALON_ASSERT_OK_AND_ASSIGN(const train::TrialPlan plan,
                              DecodePlan(trial, SampleSizes()));
  const auto& adam = std::get<train::AdamSpec>(plan.optimizer);
  EXPECT_EQ(adam.beta1, 0.8);
  EXPECT_EQ(adam.beta2, 0.99);
  EXPECT_EQ(adam.epsilon, 1e-6);
  EXPECT_TRUE(adam.decoupled);
}

TEST(DecodePlan, EarlyStoppingIsTakenWhereItIsSet) {
  v1::Trial trial = SampleTrial();
  ETALON_ASSERT_OK_AND_ASSIGN(const train::TrialPlan without,
                              DecodePlan(trial, SampleSizes()));
  EXPECT_FALSE(without.early_stopping.has_value());
  trial.mutable_training()->mutable_early_stopping()->set_patience(3);
  ETALON_ASSERT_OK_AND_ASSIGN(const train::TrialPlan with,
                              DecodePlan(trial, SampleSizes()));
  ASSERT_TRUE(with.early_stopping.has_value());
  EXPECT_EQ(with.early_stopping->patience, 3);
}

TEST(DecodePlan, TakesAnAugmentation) {
  v1::Trial trial = SampleTrial();
  trial.mutable_training()->mutable_augmentation()->set_mirror(true);
  trial.mutable_training()->mutable_augmentation()->set_shift(31);
  ETALON_ASSERT_OK_AND_ASSIGN(const train::TrialPlan plan,
                              DecodePlan(trial, SampleSizes()));
  EXPECT_TRUE(plan.augmentation.mirror);
  EXPECT_EQ(plan.augmentation.shift, 31);
}

TEST(DecodePlan, LengthMayBeGivenInUpdates) {
  v1::Trial trial = SampleTrial();
  trial.mutable_training()->clear_epochs();
  trial.mutable_training()->set_updates(7);
  ETALON_ASSERT_OK_AND_ASSIGN(const train::TrialPlan plan,
                              DecodePlan(trial, SampleSizes()));
  EXPECT_EQ(plan.updates, 7);
}

TEST(DecodePlan, TakesAnExponentialRate) {
  v1::Trial trial = SampleTrial();
  *trial.mutable_training()->mutable_schedule() =
      ParseTextProto<v1::Schedule>("exponential { eta: 0.02 decay: 0.99 }");
  ETALON_ASSERT_OK_AND_ASSIGN(const train::TrialPlan plan,
                              DecodePlan(trial, SampleSizes()));
  const auto& rate = std::get<train::ExponentialRate>(plan.schedule.form);
  EXPECT_EQ(rate.eta, 0.02);
  EXPECT_EQ(rate.decay, 0.99);
}

// The sample has 2 epochs of 400 / 50 updates.
TEST(DecodePlan, RatesThatFallToZeroDoSoOverTheLengthThatTheWarmupLeaves) {
  for (const std::string warmup : {"warmup: 8", "warmup_epochs: 1"}) {
    v1::Trial trial = SampleTrial();
    v1::Schedule& schedule = *trial.mutable_training()->mutable_schedule();
    schedule = ParseTextProto<v1::Schedule>("linear { eta: 0.02 } " + warmup);
    ETALON_ASSERT_OK_AND_ASSIGN(const train::TrialPlan linear,
                                DecodePlan(trial, SampleSizes()));
    EXPECT_EQ(linear.updates, 16);
    EXPECT_EQ(linear.schedule.warmup, 8);
    EXPECT_EQ(std::get<train::LinearRate>(linear.schedule.form).eta, 0.02);
    EXPECT_EQ(std::get<train::LinearRate>(linear.schedule.form).length, 8);
    schedule = ParseTextProto<v1::Schedule>("cosine { eta: 0.03 } " + warmup);
    ETALON_ASSERT_OK_AND_ASSIGN(const train::TrialPlan cosine,
                                DecodePlan(trial, SampleSizes()));
    EXPECT_EQ(std::get<train::CosineRate>(cosine.schedule.form).eta, 0.03);
    EXPECT_EQ(std::get<train::CosineRate>(cosine.schedule.form).length, 8);
  }
}

TEST(DecodePlan, TakesStepsOfEpochsAndOfUpdates) {
  v1::Trial trial = SampleTrial();
  v1::Schedule& schedule = *trial.mutable_training()->mutable_schedule();
  schedule = ParseTextProto<v1::Schedule>(
      "step { eta: 0.02 decay: 0.1 every_epochs: 3 }");
  ETALON_ASSERT_OK_AND_ASSIGN(train::TrialPlan plan,
                              DecodePlan(trial, SampleSizes()));
  const auto epochs = std::get<train::StepRate>(plan.schedule.form);
  EXPECT_EQ(epochs.eta, 0.02);
  EXPECT_EQ(epochs.decay, 0.1);
  EXPECT_EQ(epochs.every, 3 * 400 / 50);
  schedule.mutable_step()->set_every_updates(5);
  ETALON_ASSERT_OK_AND_ASSIGN(plan, DecodePlan(trial, SampleSizes()));
  EXPECT_EQ(std::get<train::StepRate>(plan.schedule.form).every, 5);
}

TEST(DecodePlan, AWarmupMakesACyclicalScheduleLonger) {
  ETALON_ASSERT_OK_AND_ASSIGN(
      const train::TrialPlan plan,
      PlanWithSchedule("cyclical { eta_min: 0 eta_max: 0.1 step_size: 5 "
                       "cycles: 3 annealing: 0.5 } warmup: 7"));
  EXPECT_EQ(plan.schedule.warmup, 7);
  EXPECT_EQ(plan.updates, 7 + 3 * 2 * 5);
  EXPECT_EQ(std::get<train::CyclicalRate>(plan.schedule.form).annealing, 0.5);
}

TEST(DecodePlan, ACyclicalScheduleSetsTheLength) {
  ETALON_ASSERT_OK_AND_ASSIGN(
      const train::TrialPlan plan,
      PlanWithSchedule("cyclical { eta_min: 1e-5 eta_max: 0.1 step_size: 5 "
                       "cycles: 3 annealing: 1 }"));
  const auto& rate = std::get<train::CyclicalRate>(plan.schedule.form);
  EXPECT_EQ(rate.eta_min, 1e-5);
  EXPECT_EQ(rate.eta_max, 0.1);
  EXPECT_EQ(rate.step_size, 5);
  EXPECT_EQ(plan.updates, 3 * 2 * 5);
}

TEST(DecodePlan, AHalfCycleOfEpochsIsOneOfTheirUpdates) {
  ETALON_ASSERT_OK_AND_ASSIGN(
      const train::TrialPlan plan,
      PlanWithSchedule(
          "cyclical { eta_min: 0 eta_max: 0.1 step_epochs: 2 cycles: 1 }"));
  EXPECT_EQ(std::get<train::CyclicalRate>(plan.schedule.form).step_size,
            2 * 400 / 50);
}

TEST(DecodePlan, EvaluationsMayBeCountedByCycle) {
  v1::Trial trial = SampleTrial();
  v1::Training& training = *trial.mutable_training();
  training.clear_epochs();
  *training.mutable_schedule() = ParseTextProto<v1::Schedule>(
      "cyclical { eta_min: 0 eta_max: 0.1 step_size: 10 cycles: 1 }");
  training.mutable_evaluation()->set_per_cycle(4);
  training.mutable_evaluation()->set_training(true);
  ETALON_ASSERT_OK_AND_ASSIGN(const train::TrialPlan plan,
                              DecodePlan(trial, SampleSizes()));
  EXPECT_EQ(plan.evaluation.period, train::EvaluationPlan::Period::kCycle);
  EXPECT_EQ(plan.evaluation.count, 4);
  EXPECT_TRUE(plan.evaluation.training);
}

TEST(EncodeMeasurement, HoldsThePartsThatWereMeasured) {
  train::Measurement measurement;
  measurement.update = 40;
  measurement.epoch = 0.5;
  measurement.learning_rate = 0.01;
  measurement.validation = train::Score{2.0, 2.5, 0.25};
  EXPECT_THAT(EncodeMeasurement(measurement),
              EqualsProto(ParseTextProto<v1::Measurement>(
                  "update: 40 epoch: 0.5 learning_rate: 0.01 "
                  "validation { loss: 2 cost: 2.5 accuracy: 0.25 }")));
  measurement.training = train::Score{1.0, 1.5, 0.75};
  measurement.test = train::Score{3.0, 3.5, 0.125};
  measurement.weights_update = 30;
  EXPECT_THAT(EncodeMeasurement(measurement),
              EqualsProto(ParseTextProto<v1::Measurement>(
                  "update: 40 epoch: 0.5 learning_rate: 0.01 "
                  "train { loss: 1 cost: 1.5 accuracy: 0.75 } "
                  "validation { loss: 2 cost: 2.5 accuracy: 0.25 } "
                  "test { loss: 3 cost: 3.5 accuracy: 0.125 } "
                  "weights_update: 30")));
}

TEST(EncodeMeasurement, WhatIsNotFiniteIsNeverSent) {
  train::Measurement measurement;
  measurement.training =
      train::Score{std::numeric_limits<double>::quiet_NaN(), 1, 0.5};
  measurement.validation =
      train::Score{1, std::numeric_limits<double>::infinity(), 0.5};
  const v1::Measurement encoded = EncodeMeasurement(measurement);
  EXPECT_FALSE(encoded.has_train());
  EXPECT_FALSE(encoded.has_validation());
}

}  // namespace
}  // namespace etalon::testing
