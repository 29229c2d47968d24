// Trials that take down their workers, and what becomes of others beside them.

#include <gmock/gmock.h>

#include <set>

#include "tests/server/coordinator_harness.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::CoordinatorHarness;
using ::etalon::testing::RandomSpec;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// A worker is lost, and no more thought idle.
const absl::Duration kDeath = CoordinatorHarness::kLease + absl::Seconds(1);

class PoisonTest : public ::testing::Test {
 protected:
  // A worker takes what there is for it, and dies if the poison is among it,
  // which it finds out before it completes anything; else it completes all.
  // Whether it died.
  bool WorkOnce(const std::string& worker, int max_trials, int64_t poison) {
    const auto leased = harness_.Lease(worker, max_trials);
    EXPECT_TRUE(leased.ok()) << leased.status();
    const std::string poisoned = absl::StrCat("searches/s/trials/", poison);
    for (const v1::LeasedTrial& trial : leased->trials()) {
      if (trial.trial().name() == poisoned) {
        harness_.Elapse(kDeath);
        return true;
      }
    }
    for (const v1::LeasedTrial& trial : leased->trials()) {
      ETALON_EXPECT_OK(harness_.Complete(worker, trial.token(), 0.5));
    }
    return false;
  }

  CoordinatorHarness harness_;
};

TEST_F(PoisonTest, TrialLostWithThreeWorkersIsSetAsideAndTheSearchGoesOn) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 3)));
  for (int i = 1; i <= 3; ++i) {
    EXPECT_TRUE(WorkOnce(harness_.Register(absl::StrCat("w", i)), 1, 1));
  }
  const v1::Trial trial = harness_.GetTrial("s", 1);
  EXPECT_EQ(trial.state(), v1::Trial::FAILED);
  EXPECT_EQ(trial.failure().reason(), v1::Failure::QUARANTINED);
  EXPECT_THAT(trial.failure().message(), HasSubstr("3 different workers"));
  // Its history stays.
  EXPECT_THAT(trial.attempts(), SizeIs(3));
  const std::string last = harness_.Register("last");
  EXPECT_FALSE(WorkOnce(last, 2, 1));
  EXPECT_EQ(harness_.GetSearch("s").state(), v1::Search::SUCCEEDED);
}

TEST_F(PoisonTest, OneWorkersTroubleIsNotTheTrials) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 1)));
  const std::string worker = harness_.Register("flaky");
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(WorkOnce(worker, 1, 1));
  EXPECT_EQ(harness_.GetTrial("s", 1).state(), v1::Trial::QUEUED);
  EXPECT_TRUE(WorkOnce(worker, 1, 1));
  EXPECT_EQ(harness_.GetTrial("s", 1).failure().reason(),
            v1::Failure::WORKER_LOST);
}

TEST_F(PoisonTest, SearchThatSaysHowOftenMeansWhoeverLosesIt) {
  v1::SearchSpec spec = RandomSpec("s", 1);
  spec.set_max_attempts(4);
  ETALON_ASSERT_OK(harness_.Create(spec));
  for (int i = 1; i <= 3; ++i) {
    EXPECT_TRUE(WorkOnce(harness_.Register(absl::StrCat("w", i)), 1, 1));
  }
  EXPECT_EQ(harness_.GetTrial("s", 1).state(), v1::Trial::QUEUED);
  EXPECT_TRUE(WorkOnce(harness_.Register("w4"), 1, 1));
  EXPECT_EQ(harness_.GetTrial("s", 1).failure().reason(),
            v1::Failure::QUARANTINED);
}

// All that a worker holds is lost with it, also what did no harm.
TEST_F(PoisonTest, TrialsBesideItAreNotTakenForIt) {
  constexpr int kTrials = 40;
  constexpr int64_t kPoison = 7;
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", kTrials)));
  int deaths = 0;
  for (int i = 1; i <= 200; ++i) {
    if (harness_.GetSearch("s").state() != v1::Search::RUNNING) break;
    deaths += WorkOnce(harness_.Register(absl::StrCat("w", i)), 16, kPoison);
  }
  EXPECT_EQ(deaths, 3);
  EXPECT_EQ(harness_.GetSearch("s").state(), v1::Search::SUCCEEDED);
  for (int64_t number = 1; number <= kTrials; ++number) {
    const v1::Trial trial = harness_.GetTrial("s", number);
    EXPECT_EQ(trial.state(),
              number == kPoison ? v1::Trial::FAILED : v1::Trial::SUCCEEDED)
        << trial.name();
  }
}

TEST_F(PoisonTest, WorkerHoldsOneSuspectAtATimeAndOthersBesideIt) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 4)));
  for (int i = 1; i <= 2; ++i) {  // the first two are lost twice
    ASSERT_THAT(
        harness_.Lease(harness_.Register(absl::StrCat("w", i)), 2)->trials(),
        SizeIs(2));
    harness_.Elapse(kDeath);
  }
  const std::string worker = harness_.Register("careful");
  const auto first = harness_.Lease(worker, 2);
  ASSERT_THAT(first->trials(), SizeIs(1));
  EXPECT_EQ(first->trials(0).trial().name(), "searches/s/trials/1");
  const auto second = harness_.Lease(worker, 2);
  ASSERT_THAT(second->trials(), SizeIs(2));
  EXPECT_EQ(second->trials(0).trial().name(), "searches/s/trials/3");
  EXPECT_THAT(harness_.Lease(worker, 2)->trials(), SizeIs(0));
  // Its end makes room for the next.
  ETALON_ASSERT_OK(harness_.Complete(worker, first->trials(0).token(), 0.5));
  EXPECT_EQ(harness_.LeaseOne(worker).trial().name(), "searches/s/trials/2");
}

// R9: what would come again is not tried again, what may not is.
TEST_F(PoisonTest, OnlyErrorsThatMayNotComeAgainAreTriedAgain) {
  struct Case {
    v1::Failure::Reason reason;
    v1::Trial::State state;
  };
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 5)));
  const std::string worker = harness_.Register("w");
  const Case cases[] = {{v1::Failure::DIVERGED, v1::Trial::DIVERGED},
                        {v1::Failure::INVALID, v1::Trial::FAILED},
                        {v1::Failure::INTERNAL, v1::Trial::FAILED}};
  int64_t number = 0;
  for (const Case& failure : cases) {
    const v1::LeasedTrial leased = harness_.LeaseOne(worker);
    ETALON_ASSERT_OK(harness_.Fail(worker, leased.token(), failure.reason));
    EXPECT_EQ(harness_.GetTrial("s", ++number).state(), failure.state);
  }
  const v1::LeasedTrial returned = harness_.LeaseOne(worker);
  ETALON_ASSERT_OK(harness_.Return(worker, returned.token(), "no memory"));
  EXPECT_EQ(harness_.GetTrial("s", ++number).state(), v1::Trial::QUEUED);
  harness_.LeaseOne(worker);
  harness_.LeaseOne(worker);
  harness_.Elapse(kDeath);
  EXPECT_EQ(harness_.GetTrial("s", 4).state(), v1::Trial::QUEUED);
  EXPECT_EQ(harness_.GetTrial("s", 5).state(), v1::Trial::QUEUED);
}

}  // namespace
}  // namespace etalon
