#include "worker/train/trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/status_matchers.h"
#include "tests/worker/train/training_support.h"

namespace etalon::train {
namespace {

using ::etalon::testing::StatusIs;
using ::testing::HasSubstr;
using Kind = TrialOutcome::Kind;

// 300 training images of 12 features and three classes; 30 updates an epoch.
const PreparedData& Data() {
  static const PreparedData& data =
      *new PreparedData(MakeBlobs(12, 3, 300, 150, 90));
  return data;
}

TrialPlan Plan() {
  TrialPlan plan;
  plan.network.hidden = {8};
  plan.lambda = 0.001;
  plan.schedule = {CyclicalRate{0.01, 0.1, 30}};
  plan.batch_size = 10;
  plan.updates = 60;
  plan.seeds = {.initialization = 1, .minibatches = 2};
  return plan;
}

TrialOutcome TrainOn(const PreparedData& data, const TrialPlan& plan,
                     RecordingObserver& observer) {
  const absl::StatusOr<TrialOutcome> outcome =
      Train(plan, data, FastKernels(), observer);
  EXPECT_THAT(outcome, ::etalon::testing::IsOk());
  return outcome.value_or(TrialOutcome{});
}

std::vector<Measurement> MeasurementsOf(const TrialPlan& plan) {
  RecordingObserver observer;
  EXPECT_EQ(TrainOn(Data(), plan, observer).kind, Kind::kFinished);
  return observer.measurements;
}

bool Identical(const std::vector<Measurement>& a,
               const std::vector<Measurement>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!Identical(a[i], b[i])) return false;
  }
  return true;
}

TEST(TrainerTest, ValidationIsMeasuredEveryEpochAndTrainingAtTheEnd) {
  const std::vector<Measurement> measurements = MeasurementsOf(Plan());
  ASSERT_EQ(measurements.size(), 2u);
  EXPECT_EQ(measurements[0].update, 30);
  EXPECT_EQ(measurements[0].epoch, 1);
  EXPECT_TRUE(measurements[0].validation.has_value());
  EXPECT_FALSE(measurements[0].training.has_value());
  EXPECT_EQ(measurements[1].update, 60);
  EXPECT_TRUE(measurements[1].validation.has_value());
  EXPECT_TRUE(measurements[1].training.has_value());
}

TEST(TrainerTest, MeasurementHasTheRateOfTheLatestUpdate) {
  TrialPlan plan = Plan();
  plan.schedule = {CyclicalRate{1, 4, 3}};
  plan.updates = 4;
  EXPECT_EQ(MeasurementsOf(plan).back().learning_rate, 4);
}

TEST(TrainerTest, TrainingPartIsMeasuredEachTimeWhenAskedFor) {
  TrialPlan plan = Plan();
  plan.evaluation = {.count = 3, .training = true};
  const std::vector<Measurement> measurements = MeasurementsOf(plan);
  EXPECT_EQ(measurements.size(), 6u);
  for (const Measurement& measurement : measurements) {
    EXPECT_TRUE(measurement.training.has_value());
  }
}

TEST(TrainerTest, TestPartIsReadOnceAndOnlyWhenAskedFor) {
  for (const Measurement& measurement : MeasurementsOf(Plan())) {
    EXPECT_FALSE(measurement.test.has_value());
  }
  TrialPlan plan = Plan();
  plan.evaluation.test = true;
  const std::vector<Measurement> measurements = MeasurementsOf(plan);
  EXPECT_FALSE(measurements[0].test.has_value());
  EXPECT_TRUE(measurements[1].test.has_value());
}

TEST(TrainerTest, OutcomeHoldsTheFinalMeasurement) {
  RecordingObserver observer;
  const TrialOutcome outcome = TrainOn(Data(), Plan(), observer);
  EXPECT_EQ(outcome.update, 60);
  ASSERT_TRUE(outcome.last_measurement.has_value());
  EXPECT_TRUE(
      Identical(*outcome.last_measurement, observer.measurements.back()));
}

// Each class is brighter in its own third of the features, by half the range of
// the noise; seen: 0.95 to 0.99, where chance is a third.
TEST(TrainerTest, EasyClassesAreLearnt) {
  const Measurement last = MeasurementsOf(Plan()).back();
  EXPECT_GT(last.validation->accuracy, 0.9);
  EXPECT_LT(last.validation->loss, last.validation->cost);
}

TEST(TrainerTest, NetworkWithoutHiddenLayersTrains) {
  TrialPlan plan = Plan();
  plan.network.hidden = {};
  EXPECT_GT(MeasurementsOf(plan).back().validation->accuracy, 0.9);
}

TEST(TrainerTest, DeepNetworkTrains) {
  TrialPlan plan = Plan();
  plan.network.hidden = {16, 12, 8};
  plan.network.init = HeInit{};
  plan.updates = 300;
  EXPECT_GT(MeasurementsOf(plan).back().validation->accuracy, 0.9);
}

// One for each thing that a hidden layer or an optimiser can be.
TEST(TrainerTest, EveryPartOfAPlanLearns) {
  const auto accuracy = [](const std::function<void(TrialPlan&)>& change) {
    TrialPlan plan = Plan();
    plan.updates = 150;
    change(plan);
    return MeasurementsOf(plan).back().validation->accuracy;
  };
  EXPECT_GT(accuracy([](TrialPlan& p) { p.network.batch_norm = true; }), 0.9);
  EXPECT_GT(accuracy([](TrialPlan& p) { p.network.dropout = 0.2; }), 0.9);
  EXPECT_GT(accuracy([](TrialPlan& p) {
              p.network.activation = Activation::kLeakyRelu;
            }),
            0.9);
  EXPECT_GT(accuracy([](TrialPlan& p) {
              p.network.activation = Activation::kIdentity;
            }),
            0.9);
  EXPECT_GT(
      accuracy([](TrialPlan& p) { p.optimizer = SgdSpec{.momentum = 0.5}; }),
      0.9);
  EXPECT_GT(
      accuracy([](TrialPlan& p) { p.optimizer = AdamSpec{.decoupled = true}; }),
      0.9);
}

TEST(TrainerTest, SamePlanGivesTheSameBits) {
  EXPECT_TRUE(Identical(MeasurementsOf(Plan()), MeasurementsOf(Plan())));
}

TEST(TrainerTest, TrialsOnOtherThreadsChangeNoBit) {
  const std::vector<Measurement> alone = MeasurementsOf(Plan());
  std::vector<std::vector<Measurement>> together(4);
  std::vector<std::thread> threads;
  for (std::vector<Measurement>& measurements : together) {
    threads.emplace_back([&] { measurements = MeasurementsOf(Plan()); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<Measurement>& measurements : together) {
    EXPECT_TRUE(Identical(measurements, alone));
  }
}

TEST(TrainerTest, BothSeedsMatter) {
  const std::vector<Measurement> base = MeasurementsOf(Plan());
  TrialPlan plan = Plan();
  plan.seeds.initialization = 9;
  EXPECT_FALSE(Identical(MeasurementsOf(plan), base));
  plan = Plan();
  plan.seeds.minibatches = 9;
  EXPECT_FALSE(Identical(MeasurementsOf(plan), base));
}

TEST(TrainerTest, DivergenceIsAnOutcomeWithItsUpdateAndNoMeasurementIsNaN) {
  TrialPlan plan = Plan();
  plan.schedule = {ConstantRate{1e4}};
  plan.lambda = 1;  // every step multiplies the weights by about -2e4
  plan.evaluation.count = 30;
  RecordingObserver observer;
  const TrialOutcome outcome = TrainOn(Data(), plan, observer);
  EXPECT_EQ(outcome.kind, Kind::kDiverged);
  EXPECT_GT(outcome.update, 1);
  // Squared weights pass the largest double, let alone float, in ten steps.
  EXPECT_LE(outcome.update, 10);
  for (const Measurement& measurement : observer.measurements) {
    EXPECT_LT(measurement.update, outcome.update);
    EXPECT_TRUE(std::isfinite(measurement.validation->cost));
  }
}

struct Divergence {
  std::string name;
  OptimizerSpec optimizer;
};

class DivergenceTest : public ::testing::TestWithParam<Divergence> {};

INSTANTIATE_TEST_SUITE_P(
    Optimizers, DivergenceTest,
    ::testing::Values(Divergence{"Momentum", SgdSpec{.momentum = 0.9}},
                      Divergence{"Nesterov",
                                 SgdSpec{.momentum = 0.9, .nesterov = true}},
                      Divergence{"Adam", AdamSpec{}},
                      Divergence{"AdamW", AdamSpec{.decoupled = true}}),
    [](const auto& info) { return info.param.name; });

// A rate that float32 cannot even hold a product of.
TEST_P(DivergenceTest, IsAnOutcomeWithItsUpdate) {
  for (const bool batch_norm : {false, true}) {
    TrialPlan plan = Plan();
    plan.optimizer = GetParam().optimizer;
    plan.network.batch_norm = batch_norm;
    plan.lambda = 1;
    plan.schedule.form = ConstantRate{1e30};
    plan.evaluation.count = 30;
    RecordingObserver observer;
    const TrialOutcome outcome = TrainOn(Data(), plan, observer);
    EXPECT_EQ(outcome.kind, Kind::kDiverged);
    EXPECT_GE(outcome.update, 1);
    EXPECT_LE(outcome.update, 5);
    for (const Measurement& measurement : observer.measurements) {
      EXPECT_LT(measurement.update, outcome.update);
      EXPECT_TRUE(std::isfinite(measurement.validation->cost));
    }
    EXPECT_TRUE(observer.model.empty());
  }
}

// The hidden units' sums are near 5e19, their squares past the largest float.
// By an infinite deviation all units would be zero, and the loss finite.
TEST(TrainerTest, VarianceThatOverflowsIsDivergence) {
  TrialPlan plan = Plan();
  plan.network.batch_norm = true;
  plan.network.init = NormalInit{1.5e19};
  RecordingObserver observer;
  const TrialOutcome outcome = TrainOn(Data(), plan, observer);
  EXPECT_EQ(outcome.kind, Kind::kDiverged);
  EXPECT_EQ(outcome.update, 1);
}

TEST(TrainerTest, DivergenceOfTheLastUpdateIsSeen) {
  TrialPlan plan = Plan();
  plan.schedule = {ConstantRate{1e300}};
  plan.updates = 1;
  RecordingObserver observer;
  const TrialOutcome outcome = TrainOn(Data(), plan, observer);
  EXPECT_EQ(outcome.kind, Kind::kDiverged);
  EXPECT_EQ(outcome.update, 1);
  EXPECT_TRUE(observer.measurements.empty());
}

TEST(TrainerTest, ObserverStopsATrialBeforeItsNextUpdate) {
  RecordingObserver observer(/*stop_at=*/7);
  const TrialOutcome outcome = TrainOn(Data(), Plan(), observer);
  EXPECT_EQ(outcome.kind, Kind::kStopped);
  EXPECT_EQ(outcome.update, 7);
  EXPECT_FALSE(outcome.last_measurement.has_value());
}

TEST(TrainerTest, ObserverStopsATrialInTheMiddleOfAnEvaluation) {
  // 30 questions before updates, then one for each 128 validation images.
  RecordingObserver observer(/*stop_at=*/31);
  const TrialOutcome outcome = TrainOn(Data(), Plan(), observer);
  EXPECT_EQ(outcome.kind, Kind::kStopped);
  EXPECT_EQ(outcome.update, 30);
  EXPECT_TRUE(observer.measurements.empty());
}

TEST(TrainerTest, ModelOfAFinishedTrialHasItsParametersAndStatistics) {
  TrialPlan plan = Plan();
  plan.network.batch_norm = true;
  plan.optimizer = AdamSpec{};
  RecordingObserver observer;
  TrainOn(Data(), plan, observer);
  ASSERT_EQ(observer.model.size(), 8u);
  EXPECT_EQ(observer.model[0].name, "layers.0.weight");
  EXPECT_EQ(observer.model[0].shape, (std::vector<int64_t>{8, 12}));
  EXPECT_EQ(observer.model[7].name, "layers.0.norm.running_var");
}

TEST(TrainerTest, StoppedTrialHasNoModel) {
  RecordingObserver observer(/*stop_at=*/7);
  TrainOn(Data(), Plan(), observer);
  EXPECT_TRUE(observer.model.empty());
}

TEST(TrainerTest, PlanThatDoesNotFitTheDataIsRefused) {
  TrialPlan plan = Plan();
  plan.batch_size = 301;
  RecordingObserver observer;
  EXPECT_THAT(Train(plan, Data(), FastKernels(), observer),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("batch_size is 301")));
}

}  // namespace
}  // namespace etalon::train
