// What a lease is worth, and to whom.

#include <gmock/gmock.h>

#include <chrono>

#include "tests/server/coordinator_harness.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::CoordinatorHarness;
using ::etalon::testing::EqualsProto;
using ::etalon::testing::IsOk;
using ::etalon::testing::RandomSpec;
using ::etalon::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr absl::Duration kLease = CoordinatorHarness::kLease;

class LeaseTest : public ::testing::Test {
 protected:
  LeaseTest() {
    worker_ = harness_.Register("first");
    other_ = harness_.Register("second");
  }
  void CreateSearch(int trials) {
    ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", trials)));
  }

  CoordinatorHarness harness_;
  std::string worker_;
  std::string other_;
};

TEST_F(LeaseTest, HandsOutAllThatATrialIsTrainedBy) {
  CreateSearch(1);
  const v1::LeasedTrial leased = harness_.LeaseOne(worker_);
  EXPECT_EQ(leased.token().database_generation(),
            harness_.store().database_generation());
  EXPECT_EQ(leased.token().trial(), "searches/s/trials/1");
  EXPECT_EQ(leased.token().attempt(), 1);
  const v1::Trial& trial = leased.trial();
  EXPECT_EQ(trial.name(), "searches/s/trials/1");
  EXPECT_EQ(trial.stage(), "searches/s/stages/coarse");
  EXPECT_EQ(trial.state(), v1::Trial::RUNNING);
  EXPECT_EQ(trial.worker(), worker_);
  ASSERT_THAT(trial.parameters(), SizeIs(2));
  EXPECT_EQ(trial.training().lambda(), trial.parameters(0).value().number());
  EXPECT_EQ(trial.training().schedule().constant().eta(),
            trial.parameters(1).value().number());
  EXPECT_EQ(trial.training().batch_size(), 100) << "defaults are filled in";
  EXPECT_NE(trial.seeds().initialization(), 0u);
  EXPECT_EQ(harness_.GetSearch("s").counts().running(), 1);
  EXPECT_TRUE(harness_.GetSearch("s").has_start_time());
}

TEST_F(LeaseTest, HandsOutNoMoreThanAskedForNorTwice) {
  CreateSearch(5);
  EXPECT_THAT(harness_.Lease(worker_, 3)->trials(), SizeIs(3));
  EXPECT_THAT(harness_.Lease(other_, 3)->trials(), SizeIs(2));
  EXPECT_THAT(harness_.Lease(other_, 3)->trials(), SizeIs(0));
}

TEST_F(LeaseTest, RepeatedRequestGetsTheSameLeases) {
  CreateSearch(5);
  const v1::LeaseTrialsResponse first = *harness_.Lease(worker_, 2, "again");
  harness_.Elapse(kLease / 2);
  const v1::LeaseTrialsResponse second = *harness_.Lease(worker_, 2, "again");
  EXPECT_THAT(second, EqualsProto(first));
  EXPECT_EQ(harness_.GetSearch("s").counts().running(), 2);
}

TEST_F(LeaseTest, RepeatedRequestAfterARestartGetsTheSameLeases) {
  CreateSearch(5);
  const v1::LeaseTrialsResponse first = *harness_.Lease(worker_, 2, "again");
  harness_.Restart();
  EXPECT_THAT(*harness_.Lease(worker_, 2, "again"), EqualsProto(first));
}

TEST_F(LeaseTest, RepeatedRequestGetsOnlyWhatStillLives) {
  CreateSearch(5);
  const v1::LeaseTrialsResponse first = *harness_.Lease(worker_, 2, "again");
  ETALON_ASSERT_OK(harness_.Complete(worker_, first.trials(0).token(), 0.5));
  const v1::LeaseTrialsResponse second = *harness_.Lease(worker_, 2, "again");
  ASSERT_THAT(second.trials(), SizeIs(1));
  EXPECT_THAT(second.trials(0), EqualsProto(first.trials(1)));
}

TEST_F(LeaseTest, RequestIdsOfTwoWorkersDoNotMeet) {
  CreateSearch(2);
  const v1::LeaseTrialsResponse first = *harness_.Lease(worker_, 1, "id");
  const v1::LeaseTrialsResponse second = *harness_.Lease(other_, 1, "id");
  EXPECT_NE(first.trials(0).token().trial(), second.trials(0).token().trial());
}

TEST_F(LeaseTest, UnknownWorkerIsToldToRegister) {
  EXPECT_THAT(harness_.Lease("workers/99"),
              StatusIs(absl::StatusCode::kNotFound,
                       HasSubstr("workers/99 is not known")));
}

TEST_F(LeaseTest, ExpiredLeaseGoesToAnotherWorker) {
  CreateSearch(1);
  const v1::LeasedTrial lost = harness_.LeaseOne(worker_);
  harness_.Elapse(kLease - absl::Seconds(1));
  EXPECT_THAT(harness_.Lease(other_)->trials(), SizeIs(0));
  harness_.Elapse(absl::Seconds(1));
  const v1::LeasedTrial leased = harness_.LeaseOne(other_);
  EXPECT_EQ(leased.token().trial(), lost.token().trial());
  EXPECT_EQ(leased.token().attempt(), 2);
  const v1::Trial trial = harness_.GetTrial("s", 1);
  ASSERT_THAT(trial.attempts(), SizeIs(2));
  EXPECT_EQ(trial.attempts(0).state(), v1::Attempt::LOST);
  EXPECT_EQ(trial.attempts(0).message(), "no heartbeat within 30s");
}

TEST_F(LeaseTest, AnotherAttemptTrainsTheSame) {
  CreateSearch(1);
  const v1::LeasedTrial first = harness_.LeaseOne(worker_);
  harness_.Elapse(kLease);
  const v1::LeasedTrial second = harness_.LeaseOne(other_);
  EXPECT_THAT(second.trial().training(), EqualsProto(first.trial().training()));
  EXPECT_THAT(second.trial().seeds(), EqualsProto(first.trial().seeds()));
}

TEST_F(LeaseTest, HeartbeatKeepsALeaseAlive) {
  CreateSearch(1);
  const v1::LeasedTrial leased = harness_.LeaseOne(worker_);
  for (int i = 0; i < 5; ++i) {
    harness_.Elapse(kLease - absl::Seconds(1));
    EXPECT_EQ(harness_.Heartbeat(worker_, leased.token()),
              v1::Directive::CONTINUE);
  }
  ETALON_EXPECT_OK(harness_.Complete(worker_, leased.token(), 0.5));
}

TEST_F(LeaseTest, HeartbeatStoresMeasurementsOnce) {
  CreateSearch(1);
  const v1::LeasedTrial leased = harness_.LeaseOne(worker_);
  const std::string measurements = R"pb(
    measurements {
      update: 10
      validation { loss: 2 cost: 2.5 accuracy: 0.25 }
    }
  )pb";
  harness_.Heartbeat(worker_, leased.token(), measurements);
  harness_.Heartbeat(worker_, leased.token(), measurements);
  const v1::Trial trial = harness_.GetTrial("s", 1);
  ASSERT_THAT(trial.measurements(), SizeIs(1));
  EXPECT_EQ(trial.measurements(0).validation().accuracy(), 0.25);
}

TEST_F(LeaseTest, StaleTokenIsRefusedAfterItsLeaseExpired) {
  CreateSearch(1);
  const v1::LeasedTrial leased = harness_.LeaseOne(worker_);
  harness_.Elapse(kLease);
  EXPECT_EQ(
      harness_.Heartbeat(worker_, leased.token(), "measurements { update: 1 }"),
      v1::Directive::DROP);
  EXPECT_THAT(harness_.Complete(worker_, leased.token(), 0.5),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("stale: the trial is QUEUED")));
  EXPECT_EQ(harness_.GetTrial("s", 1).state(), v1::Trial::QUEUED);
  EXPECT_THAT(harness_.GetTrial("s", 1).measurements(), SizeIs(0));
}

TEST_F(LeaseTest, StaleTokenIsRefusedOnceAnotherAttemptRuns) {
  CreateSearch(1);
  const v1::LeasedTrial stale = harness_.LeaseOne(worker_);
  harness_.Elapse(kLease);
  const v1::LeasedTrial live = harness_.LeaseOne(worker_);
  EXPECT_THAT(harness_.Complete(worker_, stale.token(), 0.5),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("stale: the last attempt is number 2")));
  ETALON_EXPECT_OK(harness_.Complete(worker_, live.token(), 0.75));
  EXPECT_THAT(
      harness_.Complete(worker_, stale.token(), 0.75),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("stale")));
  EXPECT_EQ(harness_.GetTrial("s", 1).result().validation().accuracy(), 0.75);
}

TEST_F(LeaseTest, TokenOfAnotherDatabaseIsRefused) {
  CreateSearch(1);
  v1::LeaseToken forged = harness_.LeaseOne(worker_).token();
  forged.set_database_generation(forged.database_generation() + 1);
  EXPECT_EQ(harness_.Heartbeat(worker_, forged), v1::Directive::DROP);
  EXPECT_THAT(harness_.Complete(worker_, forged, 0.5),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("another database")));
  EXPECT_EQ(harness_.GetTrial("s", 1).state(), v1::Trial::RUNNING);
}

TEST_F(LeaseTest, TokenOfAnotherWorkerIsRefused) {
  CreateSearch(1);
  const v1::LeaseToken token = harness_.LeaseOne(worker_).token();
  EXPECT_EQ(harness_.Heartbeat(other_, token), v1::Directive::DROP);
  EXPECT_THAT(harness_.Complete(other_, token, 0.5),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("the attempt is workers/1's")));
  ETALON_EXPECT_OK(harness_.Return(other_, token, "not mine"));
  EXPECT_EQ(harness_.GetTrial("s", 1).state(), v1::Trial::RUNNING);
}

TEST_F(LeaseTest, TokenOfATrialThatIsNotThereIsRefused) {
  CreateSearch(1);
  v1::LeaseToken forged = harness_.LeaseOne(worker_).token();
  forged.set_trial("searches/s/trials/2");
  EXPECT_EQ(harness_.Heartbeat(worker_, forged), v1::Directive::DROP);
  EXPECT_THAT(harness_.Complete(worker_, forged, 0.5),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("no such trial")));
}

TEST_F(LeaseTest, TrialFailsWhenItsWorkersAreLostTooOften) {
  v1::SearchSpec spec = RandomSpec("s", 2);
  spec.set_max_attempts(3);
  ETALON_ASSERT_OK(harness_.Create(spec));
  const v1::LeasedTrial good = harness_.LeaseOne(worker_);
  ETALON_ASSERT_OK(harness_.Complete(worker_, good.token(), 0.5));
  for (int attempt = 1; attempt <= 3; ++attempt) {
    EXPECT_EQ(harness_.LeaseOne(worker_).token().attempt(), attempt);
    harness_.Elapse(kLease);
  }
  EXPECT_THAT(harness_.Lease(worker_)->trials(), SizeIs(0));
  const v1::Trial trial = harness_.GetTrial("s", 2);
  EXPECT_EQ(trial.state(), v1::Trial::FAILED);
  EXPECT_EQ(trial.failure().reason(), v1::Failure::WORKER_LOST);
  EXPECT_THAT(trial.failure().message(), HasSubstr("3 times"));
  EXPECT_THAT(trial.attempts(), SizeIs(3));
  EXPECT_EQ(harness_.GetSearch("s").state(), v1::Search::SUCCEEDED)
      << "the search goes on without it";
}

TEST_F(LeaseTest, HandBackGoesToAnotherWorkerWithTheReasonKept) {
  CreateSearch(1);
  const v1::LeasedTrial leased = harness_.LeaseOne(worker_);
  ETALON_ASSERT_OK(
      harness_.Return(worker_, leased.token(), "no folder /data/synthetic"));
  ETALON_ASSERT_OK(harness_.SetUsable(worker_, "synthetic", false));
  EXPECT_THAT(harness_.Lease(worker_)->trials(), SizeIs(0));
  EXPECT_EQ(harness_.LeaseOne(other_).token().attempt(), 2);
  const v1::Trial trial = harness_.GetTrial("s", 1);
  ASSERT_THAT(trial.attempts(), SizeIs(2));
  EXPECT_EQ(trial.attempts(0).state(), v1::Attempt::RETURNED);
  EXPECT_EQ(trial.attempts(0).message(), "no folder /data/synthetic");
  EXPECT_EQ(trial.attempts(0).worker(), worker_);
}

TEST_F(LeaseTest, HandBackIsNotCountedAsALoss) {
  v1::SearchSpec spec = RandomSpec("s", 1);
  spec.set_max_attempts(1);
  ETALON_ASSERT_OK(harness_.Create(spec));
  for (int i = 0; i < 3; ++i) {
    ETALON_ASSERT_OK(harness_.Return(
        worker_, harness_.LeaseOne(worker_).token(), "stopping"));
  }
  EXPECT_EQ(harness_.GetTrial("s", 1).state(), v1::Trial::QUEUED);
}

TEST_F(LeaseTest, WorkerWithoutTheDataSetGetsNothing) {
  CreateSearch(1);
  ETALON_ASSERT_OK(harness_.SetUsable(worker_, "synthetic", false));
  EXPECT_THAT(harness_.Lease(worker_)->trials(), SizeIs(0));
  harness_.Restart();
  EXPECT_THAT(harness_.Lease(worker_)->trials(), SizeIs(0));
  ETALON_ASSERT_OK(harness_.SetUsable(worker_, "synthetic", true));
  EXPECT_THAT(harness_.Lease(worker_)->trials(), SizeIs(1));
}

TEST_F(LeaseTest, DataSetElsewhereThatWillNotLoadStopsNothing) {
  CreateSearch(1);
  ETALON_ASSERT_OK(
      harness_.SetUsable(worker_, "synthetic", false, "elsewhere"));
  EXPECT_THAT(harness_.Lease(worker_)->trials(), SizeIs(1));
}

TEST_F(LeaseTest, DataSetThatAWorkerDoesNotListCountsAsUsable) {
  CreateSearch(1);
  ETALON_ASSERT_OK(harness_.SetUsable(worker_, "cifar10", false));
  EXPECT_THAT(harness_.Lease(worker_)->trials(), SizeIs(1));
}

TEST_F(LeaseTest, GoodbyeHandsEverythingBack) {
  CreateSearch(2);
  harness_.LeaseOne(worker_);
  harness_.LeaseOne(worker_);
  ETALON_ASSERT_OK(harness_.Unregister(worker_));
  EXPECT_THAT(harness_.Lease(other_, 2)->trials(), SizeIs(2));
  EXPECT_THAT(harness_.Lease(worker_),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("goodbye")));
  ETALON_EXPECT_OK(harness_.Unregister(worker_)) << "a repeat does no harm";
}

TEST_F(LeaseTest, WorkerMayComeBackAfterItsGoodbye) {
  CreateSearch(1);
  ETALON_ASSERT_OK(harness_.Unregister(worker_));
  ETALON_ASSERT_OK(harness_.SetUsable(worker_, "synthetic", true));
  EXPECT_THAT(harness_.Lease(worker_)->trials(), SizeIs(1));
}

TEST_F(LeaseTest, RestartGivesLeasesTheirFullTime) {
  CreateSearch(1);
  const v1::LeasedTrial leased = harness_.LeaseOne(worker_);
  harness_.Elapse(kLease - absl::Seconds(1));
  harness_.Restart();
  harness_.Elapse(kLease - absl::Seconds(1));
  EXPECT_EQ(harness_.Heartbeat(worker_, leased.token()),
            v1::Directive::CONTINUE);
}

TEST_F(LeaseTest, LeaseThatNobodyRenewsExpiresAfterARestart) {
  CreateSearch(1);
  const v1::LeasedTrial leased = harness_.LeaseOne(worker_);
  harness_.Restart();
  harness_.Elapse(kLease);
  EXPECT_EQ(harness_.Heartbeat(worker_, leased.token()), v1::Directive::DROP);
}

TEST_F(LeaseTest, OwnStallExpiresNothing) {
  CreateSearch(2);
  const v1::LeasedTrial first = harness_.LeaseOne(worker_);
  const v1::LeasedTrial second = harness_.LeaseOne(other_);
  harness_.Stall(10 * kLease);
  EXPECT_EQ(harness_.Heartbeat(worker_, first.token()),
            v1::Directive::CONTINUE);
  harness_.Elapse(kLease - absl::Seconds(1));
  EXPECT_EQ(harness_.Heartbeat(other_, second.token()),
            v1::Directive::CONTINUE);
}

TEST_F(LeaseTest, LeasesStillExpireAfterAStall) {
  CreateSearch(1);
  const v1::LeasedTrial leased = harness_.LeaseOne(worker_);
  harness_.Stall(10 * kLease);
  harness_.Elapse(kLease);
  EXPECT_EQ(harness_.Heartbeat(worker_, leased.token()), v1::Directive::DROP);
}

TEST_F(LeaseTest, WallClockJumpsChangeNothing) {
  CreateSearch(2);
  const v1::LeasedTrial kept = harness_.LeaseOne(worker_);
  harness_.clock().JumpWallClock(absl::Hours(24 * 3650));
  harness_.Elapse(kLease - absl::Seconds(1));
  EXPECT_EQ(harness_.Heartbeat(worker_, kept.token()), v1::Directive::CONTINUE);
  const v1::LeasedTrial lost = harness_.LeaseOne(other_);
  harness_.clock().JumpWallClock(-absl::Hours(24 * 7300));
  harness_.Elapse(kLease);
  EXPECT_EQ(harness_.Heartbeat(other_, lost.token()), v1::Directive::DROP);
}

}  // namespace
}  // namespace etalon
