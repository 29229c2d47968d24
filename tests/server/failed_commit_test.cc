// A disk that fills up, and is freed: what was not committed has not happened.

#include <gmock/gmock.h>

#include "tests/server/coordinator_harness.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::CoordinatorHarness;
using ::etalon::testing::RandomSpec;
using ::etalon::testing::RefiningSpec;
using ::etalon::testing::StatusIs;
using ::testing::_;
using ::testing::SizeIs;

class FailedCommitTest : public ::testing::Test {
 protected:
  FailedCommitTest() { worker_ = harness_.Register("worker"); }
  void FillDisk() {
    harness_.store().FailCommits(absl::ResourceExhaustedError("disk full"));
  }
  void FreeDisk() { harness_.store().FailCommits(absl::OkStatus()); }

  CoordinatorHarness harness_;
  std::string worker_;
};

TEST_F(FailedCommitTest, LeaseThatWasNotCommittedIsNotGiven) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 1)));
  FillDisk();
  EXPECT_THAT(harness_.Lease(worker_),
              StatusIs(absl::StatusCode::kResourceExhausted, "disk full"));
  FreeDisk();
  EXPECT_EQ(harness_.LeaseOne(worker_).token().attempt(), 1);
}

TEST_F(FailedCommitTest, CompletionThatWasNotCommittedMayBeRepeated) {
  ETALON_ASSERT_OK(harness_.Create(RefiningSpec("s", 1, 3)));
  const v1::LeaseToken token = harness_.LeaseOne(worker_).token();
  FillDisk();
  EXPECT_THAT(harness_.Complete(worker_, token, 0.5),
              StatusIs(absl::StatusCode::kResourceExhausted, _));
  FreeDisk();
  ETALON_EXPECT_OK(harness_.Complete(worker_, token, 0.5));
  EXPECT_THAT(harness_.Lease(worker_, 10)->trials(), SizeIs(3))
      << "the stage has advanced once";
}

TEST_F(FailedCommitTest, LeasesExpireAfterTheDiskIsFree) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 1)));
  harness_.LeaseOne(worker_);
  FillDisk();
  harness_.Elapse(2 * CoordinatorHarness::kLease);
  EXPECT_EQ(harness_.GetTrial("s", 1).state(), v1::Trial::RUNNING);
  FreeDisk();
  harness_.Elapse(CoordinatorHarness::kLease);
  EXPECT_EQ(harness_.GetTrial("s", 1).state(), v1::Trial::QUEUED);
}

TEST_F(FailedCommitTest, WorkersThatALockedStoreCouldNotHearLoseNothing) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 1)));
  const v1::LeaseToken token = harness_.LeaseOne(worker_).token();
  harness_.store().SetLocked(true);
  harness_.Elapse(CoordinatorHarness::kLease + absl::Seconds(2));
  harness_.store().SetLocked(false);
  // Before the worker's next heartbeat.
  harness_.Elapse(absl::Seconds(2));
  ETALON_EXPECT_OK(harness_.Complete(worker_, token, 0.5));
}

TEST_F(FailedCommitTest, PauseThatWasNotCommittedDoesNotHoldTheSearch) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 2)));
  harness_.LeaseOne(worker_);
  FillDisk();
  EXPECT_FALSE(harness_.Pause("searches/s").ok());
  FreeDisk();
  harness_.LeaseOne(worker_);
}

TEST_F(FailedCommitTest, CreationThatWasNotCommittedMayBeRepeated) {
  FillDisk();
  EXPECT_FALSE(harness_.Create(RandomSpec("s", 1), "id").ok());
  FreeDisk();
  ETALON_EXPECT_OK(harness_.Create(RandomSpec("s", 1), "id"));
}

}  // namespace
}  // namespace etalon
