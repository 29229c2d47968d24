// Stages that may take so many trials, so many updates, or so much time.

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/search/training.h"
#include "tests/server/coordinator_harness.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::CoordinatorHarness;
using ::etalon::testing::RandomSpec;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

v1::Budget& BudgetOf(v1::SearchSpec& spec) {
  return *spec.mutable_stages(0)->mutable_budget();
}

v1::SearchSpec TimedSpec(int trials, absl::Duration time) {
  v1::SearchSpec spec = RandomSpec("s", trials);
  BudgetOf(spec).mutable_time()->set_seconds(absl::ToInt64Seconds(time));
  return spec;
}

v1::SearchSpec TimedTpeSpec(absl::Duration time) {
  v1::SearchSpec spec = TimedSpec(1, time);
  v1::Sample::ModelBased& tpe =
      *spec.mutable_stages(0)->mutable_sample()->mutable_tpe();
  tpe.set_count(20);
  tpe.set_startup(2);
  tpe.set_look_ahead(1);
  return spec;
}

class BudgetTest : public ::testing::Test {
 protected:
  BudgetTest() { worker_ = harness_.Register("worker"); }

  std::vector<v1::LeasedTrial> Lease(int max_trials) {
    const auto response = harness_.Lease(worker_, max_trials);
    GTEST_CHECK_(response.ok()) << response.status();
    return {response->trials().begin(), response->trials().end()};
  }
  void Finish(const v1::LeasedTrial& leased) {
    ETALON_EXPECT_OK(harness_.Complete(worker_, leased.token(), 0.5));
    harness_.Settle();
  }
  void TrainAll() {
    for (std::vector<v1::LeasedTrial> leased = Lease(3); !leased.empty();
         leased = Lease(3)) {
      for (auto it = leased.rbegin(); it != leased.rend(); ++it) Finish(*it);
    }
  }
  v1::Search Search() { return harness_.GetSearch("s"); }

  CoordinatorHarness harness_;
  std::string worker_;
};

TEST_F(BudgetTest, TrialsBeyondAreCancelledAndSayWhy) {
  v1::SearchSpec spec = RandomSpec("s", 10);
  BudgetOf(spec).set_trials(4);
  ETALON_ASSERT_OK(harness_.Create(spec));
  EXPECT_EQ(Search().counts().queued(), 4);
  EXPECT_EQ(Search().counts().cancelled(), 6);
  const v1::Trial fifth = harness_.GetTrial("s", 5);
  EXPECT_EQ(fifth.state(), v1::Trial::CANCELLED);
  EXPECT_THAT(fifth.failure().message(), HasSubstr("budget of 4 trials"));
  TrainAll();
  EXPECT_EQ(Search().state(), v1::Search::SUCCEEDED);
  EXPECT_EQ(Search().counts().succeeded(), 4);
}

TEST_F(BudgetTest, UpdatesAreOfWholeTrials) {
  v1::SearchSpec spec = RandomSpec("s", 10);
  ETALON_ASSERT_OK(harness_.Create(spec));
  const v1::Stage stage = Search().stages(0);
  ETALON_ASSERT_OK(harness_.Cancel("searches/s"));
  const int64_t updates = UpdatesOf(stage.training());
  spec.set_name("t");
  BudgetOf(spec).set_updates(3 * updates + updates / 2);
  ETALON_ASSERT_OK(harness_.Create(spec));
  EXPECT_EQ(harness_.GetSearch("t").counts().queued(), 3);
  EXPECT_THAT(harness_.GetTrial("t", 4).failure().message(),
              HasSubstr("updates"));
}

TEST_F(BudgetTest, LostTrialsAreTrainedAgainWithinIt) {
  v1::SearchSpec spec = RandomSpec("s", 5);
  BudgetOf(spec).set_trials(2);
  ETALON_ASSERT_OK(harness_.Create(spec));
  ASSERT_THAT(Lease(5), SizeIs(2));
  harness_.Elapse(CoordinatorHarness::kLease + absl::Seconds(1));
  harness_.Restart();
  worker_ = harness_.Register("another");
  TrainAll();
  EXPECT_EQ(Search().counts().succeeded(), 2);
}

TEST_F(BudgetTest, StageThatLearnsProposesNoMore) {
  v1::SearchSpec spec = RandomSpec("s", 1);
  v1::Sample::ModelBased& tpe =
      *spec.mutable_stages(0)->mutable_sample()->mutable_tpe();
  tpe.set_count(20);
  tpe.set_startup(2);
  tpe.set_look_ahead(2);
  BudgetOf(spec).set_trials(5);
  ETALON_ASSERT_OK(harness_.Create(spec));
  TrainAll();
  EXPECT_EQ(Search().state(), v1::Search::SUCCEEDED);
  EXPECT_EQ(Search().counts().succeeded(), 5);
  EXPECT_EQ(Search().counts().cancelled(), 1) << "the one that tells why";
  EXPECT_THAT(harness_.GetTrial("s", 6).failure().message(),
              HasSubstr("budget of 5 trials"));
}

TEST_F(BudgetTest, RaceBeginsNoBlockThatDoesNotFit) {
  v1::SearchSpec spec = RandomSpec("s", 3);
  spec.mutable_race()->set_max(10);
  BudgetOf(spec).set_trials(8);
  ETALON_ASSERT_OK(harness_.Create(spec));
  TrainAll();
  const v1::Stage stage = Search().stages(0);
  EXPECT_EQ(stage.race().kind(), v1::RaceOutcome::SPENT);
  EXPECT_EQ(stage.race().replicates(), 2);
  EXPECT_EQ(stage.counts().succeeded(), 6);
  EXPECT_EQ(stage.counts().cancelled(), 0);
}

TEST_F(BudgetTest, RaceThatCannotBeginEndsWithAll) {
  v1::SearchSpec spec = RandomSpec("s", 3);
  spec.mutable_race()->set_max(10);
  spec.mutable_race()->set_start(2);
  BudgetOf(spec).set_trials(3);
  ETALON_ASSERT_OK(harness_.Create(spec));
  TrainAll();
  const v1::Stage stage = Search().stages(0);
  EXPECT_EQ(stage.race().kind(), v1::RaceOutcome::SPENT);
  EXPECT_THAT(stage.race().contenders(), SizeIs(3));
  EXPECT_EQ(stage.counts().succeeded(), 3);
}

TEST_F(BudgetTest, WhenTimeIsUpWhatIsQueuedIsCancelled) {
  ETALON_ASSERT_OK(harness_.Create(TimedSpec(5, absl::Seconds(20))));
  const std::vector<v1::LeasedTrial> running = Lease(2);
  harness_.Elapse(absl::Seconds(19));
  EXPECT_EQ(Search().counts().cancelled(), 0);
  harness_.Elapse(absl::Seconds(2));
  EXPECT_EQ(Search().counts().cancelled(), 3);
  EXPECT_EQ(Search().counts().running(), 2) << "they go on to their end";
  EXPECT_THAT(harness_.GetTrial("s", 5).failure().message(),
              HasSubstr("its budget is 20s"));
  for (const v1::LeasedTrial& leased : running) Finish(leased);
  EXPECT_EQ(Search().state(), v1::Search::SUCCEEDED);
}

TEST_F(BudgetTest, NoTrialIsHandedOutOnceTimeIsUp) {
  ETALON_ASSERT_OK(harness_.Create(TimedSpec(5, absl::Seconds(20))));
  Lease(1);
  // No tick comes between.
  harness_.clock().Advance(absl::Seconds(21));
  EXPECT_THAT(Lease(1), IsEmpty());
  EXPECT_EQ(Search().counts().cancelled(), 4);
}

TEST_F(BudgetTest, ATrialThatIsLostOnceTimeIsUpIsNotTrainedAgain) {
  ETALON_ASSERT_OK(harness_.Create(TimedSpec(5, absl::Seconds(20))));
  const std::vector<v1::LeasedTrial> running = Lease(1);
  harness_.Elapse(absl::Seconds(21));
  ETALON_ASSERT_OK(harness_.Return(worker_, running[0].token(), "stopping"));
  harness_.Elapse(absl::Seconds(1));
  EXPECT_EQ(Search().counts().cancelled(), 5);
  EXPECT_EQ(Search().state(), v1::Search::FAILED) << "nothing has succeeded";
}

TEST_F(BudgetTest, TimeGoesOnWhileTheSearchIsPaused) {
  ETALON_ASSERT_OK(harness_.Create(TimedSpec(5, absl::Seconds(20))));
  Finish(Lease(1)[0]);
  ETALON_ASSERT_OK(harness_.Pause("searches/s"));
  harness_.Elapse(absl::Seconds(21));
  EXPECT_EQ(Search().counts().cancelled(), 4);
  EXPECT_EQ(Search().state(), v1::Search::SUCCEEDED);
}

TEST_F(BudgetTest, TimeGoesOnOverARestart) {
  ETALON_ASSERT_OK(harness_.Create(TimedSpec(5, absl::Seconds(20))));
  Finish(Lease(1)[0]);
  harness_.Elapse(absl::Seconds(15));
  harness_.Restart();
  harness_.Elapse(absl::Seconds(4));
  EXPECT_EQ(Search().counts().cancelled(), 0);
  harness_.Elapse(absl::Seconds(2));
  EXPECT_EQ(Search().counts().cancelled(), 4);
}

TEST_F(BudgetTest, AWallClockThatIsSetForwardEndsNoStageThatLearns) {
  ETALON_ASSERT_OK(harness_.Create(TimedTpeSpec(absl::Hours(1))));
  harness_.clock().JumpWallClock(absl::Hours(24));
  TrainAll();
  EXPECT_EQ(Search().state(), v1::Search::SUCCEEDED);
  EXPECT_EQ(Search().counts().succeeded(), 20);
}

TEST_F(BudgetTest, AWallClockThatIsSetForwardEndsNoRace) {
  v1::SearchSpec spec = TimedSpec(3, absl::Hours(1));
  spec.mutable_race()->set_max(4);
  ETALON_ASSERT_OK(harness_.Create(spec));
  harness_.clock().JumpWallClock(absl::Hours(24));
  TrainAll();
  EXPECT_EQ(Search().stages(0).race().replicates(), 4);
  EXPECT_EQ(Search().counts().succeeded(), 12);
}

TEST_F(BudgetTest, AWallClockThatIsSetBackKeepsNoStageGoing) {
  ETALON_ASSERT_OK(harness_.Create(TimedTpeSpec(absl::Seconds(20))));
  const std::vector<v1::LeasedTrial> running = Lease(1);
  harness_.clock().JumpWallClock(-absl::Hours(24));
  harness_.Elapse(absl::Seconds(21));
  Finish(running[0]);
  harness_.Elapse(absl::Seconds(1));
  EXPECT_EQ(Search().state(), v1::Search::SUCCEEDED);
  EXPECT_EQ(Search().counts().succeeded(), 1);
}

TEST_F(BudgetTest, TimeThatIsUpWhileTheCoordinatorIsDownBeginsNoBlock) {
  v1::SearchSpec spec = TimedSpec(3, absl::Seconds(20));
  spec.mutable_race()->set_max(4);
  ETALON_ASSERT_OK(harness_.Create(spec));
  const std::vector<v1::LeasedTrial> running = Lease(3);
  for (int i = 0; i < 2; ++i) Finish(running[i]);
  harness_.clock().Advance(absl::Seconds(21));
  harness_.Restart();
  Finish(running[2]);
  EXPECT_EQ(Search().stages(0).race().kind(), v1::RaceOutcome::SPENT);
  EXPECT_EQ(Search().counts().cancelled(), 0);
}

TEST_F(BudgetTest, StageThatLearnsEndsWhenItsTimeIsUp) {
  ETALON_ASSERT_OK(harness_.Create(TimedTpeSpec(absl::Seconds(20))));
  const std::vector<v1::LeasedTrial> running = Lease(5);
  harness_.Elapse(absl::Seconds(21));
  for (const v1::LeasedTrial& leased : running) Finish(leased);
  harness_.Elapse(absl::Seconds(1));
  EXPECT_EQ(Search().state(), v1::Search::SUCCEEDED);
  EXPECT_EQ(Search().counts().queued(), 0);
  EXPECT_GE(Search().counts().cancelled(), 1);
}

TEST_F(BudgetTest, LaterStageHasItsOwnTime) {
  v1::SearchSpec spec = TimedSpec(2, absl::Seconds(20));
  v1::StageSpec& second = *spec.add_stages();
  second = spec.stages(0);
  second.set_name("second");
  second.mutable_sample()->mutable_random()->set_count(3);
  ETALON_ASSERT_OK(harness_.Create(spec));
  harness_.Elapse(absl::Seconds(15));
  TrainAll();
  EXPECT_EQ(Search().state(), v1::Search::SUCCEEDED);
  EXPECT_EQ(Search().counts().succeeded(), 5);
}

}  // namespace
}  // namespace etalon
