#include "client/progress/time_left.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "client/progress/rates.h"
#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::ParseTextProto;

// Twelve trials of which four have ended and two run on one worker of two
// threads; then four of twice the updates.
class TimeLeftTest : public ::testing::Test {
 protected:
  TimeLeftTest() {
    evidence_.search = ParseTextProto<v1::Search>(R"pb(
      name: "searches/s"
      state: RUNNING
      counts { queued: 6 running: 2 succeeded: 4 }
      stages {
        name: "searches/s/stages/coarse"
        state: RUNNING
        planned_trials: 12
        counts { queued: 6 running: 2 succeeded: 4 }
      }
      stages { name: "searches/s/stages/fine" state: PENDING planned_trials: 4 }
    )pb");
    evidence_.plan = ParseTextProto<v1::SearchPlan>(R"pb(
      stages {
        name: "coarse"
        shapes { share: 1 updates: 100 }
      }
      stages {
        name: "fine"
        shapes { share: 1 updates: 200 }
      }
    )pb");
    evidence_.workers = {MakeWorker(1, 2, 1015)};
    // Many, so that what is assumed of few does not blur the figures.
    for (int i = 0; i < 200; ++i) evidence_.ended.push_back(Ended(1, 10));
    evidence_.running = {Running(1, 1010), Running(1, 1010)};
  }

  static v1::Worker MakeWorker(int number, int threads, int last_seen) {
    v1::Worker worker;
    worker.set_name(absl::StrCat("workers/", number));
    worker.set_state(v1::Worker::ALIVE);
    worker.mutable_capabilities()->set_threads(threads);
    worker.mutable_last_seen_time()->set_seconds(last_seen);
    return worker;
  }
  static v1::Trial Ended(int worker, int seconds, int width = 1) {
    v1::Trial trial;
    trial.set_stage("searches/s/stages/coarse");
    trial.set_worker(absl::StrCat("workers/", worker));
    trial.mutable_training_time()->set_seconds(seconds);
    trial.mutable_fusion()->set_width(width);
    return trial;
  }
  static v1::Trial Running(int worker, int start) {
    v1::Trial trial;
    trial.set_stage("searches/s/stages/coarse");
    trial.set_worker(absl::StrCat("workers/", worker));
    trial.mutable_start_time()->set_seconds(start);
    return trial;
  }
  double Expected() const {
    return absl::ToDoubleSeconds(EstimateTimeLeft(evidence_)->expected);
  }

  Evidence evidence_;
};

// 5 s of the two that run, 6 more at 10 s on two threads: 35 s. Then 4 of 20 s
// each: 40 s.
TEST_F(TimeLeftTest, GoesByRunningTrialsAndStagesToBeDrawn) {
  EXPECT_NEAR(Expected(), 75, 2);
}

TEST_F(TimeLeftTest, IntervalIsWiderWhereLessIsKnown) {
  const Forecast known = *EstimateTimeLeft(evidence_);
  EXPECT_LT(known.low, known.expected);
  EXPECT_GT(known.high, known.expected);
  evidence_.ended.resize(1);
  const Forecast unknown = *EstimateTimeLeft(evidence_);
  EXPECT_GT(unknown.high - unknown.low, known.high - known.low);
}

TEST_F(TimeLeftTest, SideBySideTrialsShareTheirThread) {
  for (v1::Trial& trial : evidence_.ended) trial.mutable_fusion()->set_width(2);
  // Half of everything: a trial costs 5 s, those that run end now.
  EXPECT_NEAR(Expected(), 35, 2.5);
}

TEST_F(TimeLeftTest, ThreadsAndSpeedsOfTheWorkersCount) {
  // A second worker of two threads and twice the speed: three times as much.
  const double alone = Expected();
  evidence_.workers.push_back(MakeWorker(2, 2, 1000));
  for (int i = 0; i < 200; ++i) {
    evidence_.ended[static_cast<size_t>(i)]
        .mutable_training_time()
        ->set_seconds(i % 2 == 0 ? 10 : 5);
    evidence_.ended[static_cast<size_t>(i)].set_worker(
        i % 2 == 0 ? "workers/1" : "workers/2");
  }
  EXPECT_LT(Expected(), 0.6 * alone);
  // One that is silent trains nothing.
  evidence_.workers[1].set_state(v1::Worker::SILENT);
  EXPECT_GT(Expected(), 0.9 * alone);
}

TEST_F(TimeLeftTest, OtherSearchesHaveTheirShare) {
  const double alone = Expected();
  evidence_.workers[0].set_running_trials(4);
  EXPECT_NEAR(Expected(), 2 * alone, 12);
}

TEST_F(TimeLeftTest, BeforeTheFirstTrialOthersOfTheShapeTell) {
  evidence_.ended.clear();
  EXPECT_FALSE(EstimateTimeLeft(evidence_).has_value());
  v1::TrainingRate& rate =
      *evidence_.plan.mutable_stages(0)->mutable_shapes(0)->add_rates();
  rate.set_worker("workers/7");
  rate.set_trials(1000);
  rate.set_seconds_per_update(0.1);
  EXPECT_NEAR(Expected(), 75, 3);
}

TEST_F(TimeLeftTest, SaysNothingWhereNothingIsKnown) {
  evidence_.plan.clear_stages();
  EXPECT_FALSE(EstimateTimeLeft(evidence_).has_value()) << "of the fine stage";
  evidence_.search.mutable_stages(1)->set_state(v1::Stage::SKIPPED);
  EXPECT_NEAR(Expected(), 35, 2);
  evidence_.workers.clear();
  EXPECT_FALSE(EstimateTimeLeft(evidence_).has_value());
}

TEST_F(TimeLeftTest, NothingRunsNothingIsSaid) {
  evidence_.search.mutable_counts()->set_running(0);
  EXPECT_FALSE(EstimateTimeLeft(evidence_).has_value());
}

TEST(CostOfStage, WorkersThatAreThereCountBeforeOthers) {
  const auto stage = ParseTextProto<v1::PlannedStage>(R"pb(
    name: "coarse"
    shapes {
      share: 0.5
      updates: 100
      rates { worker: "workers/1" trials: 10 seconds_per_update: 0.1 }
      rates { worker: "workers/2" trials: 30 seconds_per_update: 0.3 }
    }
    shapes {
      share: 0.5
      updates: 300
      rates { worker: "workers/1" trials: 10 seconds_per_update: 0.1 }
    }
  )pb");
  v1::Worker worker;
  worker.set_name("workers/1");
  EXPECT_DOUBLE_EQ(CostOfStage(stage, {worker})->mean, 20);
  EXPECT_DOUBLE_EQ(CostOfStage(stage, {worker})->deviation, 10);
  EXPECT_DOUBLE_EQ(CostOfStage(stage, {})->mean, 0.5 * 25 + 0.5 * 30);

  v1::PlannedStage partly = stage;
  partly.mutable_shapes(1)->clear_rates();
  EXPECT_FALSE(CostOfStage(partly, {worker}).has_value());
}

TEST(CostOfStage, CalibrationIsTrustedLess) {
  auto stage = ParseTextProto<v1::PlannedStage>(R"pb(
    shapes {
      share: 1
      updates: 100
      rates { worker: "workers/1" trials: 1000 seconds_per_update: 0.1 }
    }
  )pb");
  EXPECT_NEAR(CostOfStage(stage, {})->relative_error, kLeastError, 0.01);
  stage.mutable_shapes(0)->mutable_rates(0)->clear_worker();
  EXPECT_NEAR(CostOfStage(stage, {})->relative_error, kCalibrationError, 0.01);
}

}  // namespace
}  // namespace etalon
