#include "worker/train/early_stopping.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "tests/support/status_matchers.h"
#include "tests/worker/train/training_support.h"
#include "worker/train/trainer.h"

namespace etalon::train {
namespace {

class EarlyStoppingTest : public ::testing::Test {
 protected:
  // An evaluation after `update` of a network that holds `weight`.
  void Note(int64_t update, double accuracy, float weight) {
    stopping_.Note(update, accuracy,
                   {{"weight", {1}, ArrayView<float>(&weight), 1}});
  }
  float BestWeight() const {
    return stopping_.best()->network.front().values.front();
  }

  EarlyStopping stopping_{2};
};

TEST_F(EarlyStoppingTest, PatienceEndsAfterAsManyEvaluationsWithoutABetterOne) {
  EXPECT_FALSE(stopping_.OutOfPatience());
  Note(10, 0.5, 1);
  Note(20, 0.4, 2);
  EXPECT_FALSE(stopping_.OutOfPatience());
  Note(30, 0.4, 3);
  EXPECT_TRUE(stopping_.OutOfPatience());
}

TEST_F(EarlyStoppingTest, ABetterOneBeginsPatienceAnew) {
  Note(10, 0.5, 1);
  Note(20, 0.4, 2);
  Note(30, 0.6, 3);
  Note(40, 0.4, 4);
  EXPECT_FALSE(stopping_.OutOfPatience());
  EXPECT_EQ(stopping_.best()->update, 30);
  EXPECT_EQ(BestWeight(), 3);
}

TEST_F(EarlyStoppingTest, TheFirstOfEqualsIsTheBest) {
  Note(10, 0.5, 1);
  Note(20, 0.5, 2);
  EXPECT_EQ(stopping_.best()->update, 10);
  EXPECT_EQ(BestWeight(), 1);
}

TEST_F(EarlyStoppingTest, AnAccuracyOfZeroIsBetterThanNone) {
  Note(10, 0, 1);
  EXPECT_EQ(BestWeight(), 1);
}

// Whole trials, on data that is learnt in an epoch, after which validation
// accuracy wavers.

const PreparedData& Data() {
  static const PreparedData& data =
      *new PreparedData(MakeBlobs(12, 3, 300, 150, 90));
  return data;
}

TrialPlan Plan(int64_t patience) {
  TrialPlan plan;
  plan.network.hidden = {8};
  plan.network.batch_norm = true;
  plan.schedule.form = ConstantRate{0.1};
  plan.batch_size = 10;
  plan.updates = 300;
  plan.evaluation = {.count = 3, .test = true};
  plan.early_stopping = EarlyStoppingPlan{patience};
  return plan;
}

// Of the evaluations but the last, the best; the first of several.
Measurement BestOf(const std::vector<Measurement>& measurements) {
  Measurement best = measurements.front();
  for (size_t i = 0; i + 1 < measurements.size(); ++i) {
    if (measurements[i].validation->accuracy > best.validation->accuracy) {
      best = measurements[i];
    }
  }
  return best;
}

struct Trained {
  TrialOutcome outcome;
  std::vector<Measurement> measurements;
  std::vector<Tensor> model;
};

Trained TrainBy(const TrialPlan& plan) {
  RecordingObserver observer;
  const auto outcome = Train(plan, Data(), FastKernels(), observer);
  EXPECT_THAT(outcome, ::etalon::testing::IsOk());
  return {outcome.value_or(TrialOutcome{}), observer.measurements,
          observer.model};
}

TEST(EarlyStoppedTrialTest, EndsWithTheBestWeightsWhenPatienceRunsOut) {
  const Trained trained = TrainBy(Plan(4));
  EXPECT_EQ(trained.outcome.kind, TrialOutcome::Kind::kFinished);
  EXPECT_LT(trained.outcome.update, 300);
  const Measurement& last = trained.measurements.back();
  const Measurement best = BestOf(trained.measurements);
  EXPECT_EQ(last.update, trained.outcome.update);
  EXPECT_EQ(last.weights_update, best.update);
  // Four evaluations of ten updates each, none of them better.
  EXPECT_EQ(last.update, best.update + 40);
  EXPECT_EQ(last.validation->loss, best.validation->loss);
  EXPECT_EQ(last.validation->accuracy, best.validation->accuracy);
  EXPECT_TRUE(last.training.has_value());
  EXPECT_TRUE(last.test.has_value());
}

TEST(EarlyStoppedTrialTest, EndsWithTheBestWeightsWhenAllUpdatesAreMade) {
  const Trained trained = TrainBy(Plan(1000));
  EXPECT_EQ(trained.outcome.update, 300);
  const Measurement& last = trained.measurements.back();
  const Measurement best = BestOf(trained.measurements);
  EXPECT_EQ(last.update, 300);
  EXPECT_EQ(last.weights_update, best.update);
  EXPECT_EQ(last.validation->loss, best.validation->loss);
}

TEST(EarlyStoppedTrialTest, WeightsOfTheLastUpdateHaveNoOtherUpdate) {
  TrialPlan plan = Plan(3);
  plan.updates = 5;
  const Trained trained = TrainBy(plan);
  ASSERT_EQ(trained.measurements.size(), 1u);
  EXPECT_EQ(trained.measurements[0].weights_update, 0);
}

// The model is that of the best update: a trial that ends there has the same.
TEST(EarlyStoppedTrialTest, ModelIsThatOfTheBestUpdate) {
  const Trained stopped = TrainBy(Plan(4));
  TrialPlan plan = Plan(4);
  plan.updates = stopped.measurements.back().weights_update;
  const Trained exact = TrainBy(plan);
  ASSERT_EQ(stopped.model.size(), exact.model.size());
  for (size_t i = 0; i < exact.model.size(); ++i) {
    EXPECT_EQ(stopped.model[i].values, exact.model[i].values)
        << exact.model[i].name;
  }
}

}  // namespace
}  // namespace etalon::train
