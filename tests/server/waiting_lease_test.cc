// Requests for trials that wait until there are some.

#include <gmock/gmock.h>

#include <chrono>

#include "tests/server/coordinator_harness.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::CoordinatorHarness;
using ::etalon::testing::RandomSpec;
using ::etalon::testing::RefiningSpec;
using ::etalon::testing::StatusIs;
using ::testing::SizeIs;

using Answer = std::future<absl::StatusOr<v1::LeaseTrialsResponse>>;

constexpr absl::Duration kWait = absl::Seconds(20);

bool IsReady(const Answer& answer) {
  return answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

class WaitingLeaseTest : public ::testing::Test {
 protected:
  WaitingLeaseTest() {
    worker_ = harness_.Register("first");
    other_ = harness_.Register("second");
  }
  // What the call got, which must have been answered by now.
  v1::LeaseTrialsResponse Get(Answer& answer) {
    harness_.Settle();
    GTEST_CHECK_(IsReady(answer));
    return *answer.get();
  }

  CoordinatorHarness harness_;
  std::string worker_;
  std::string other_;
};

TEST_F(WaitingLeaseTest, IsAnsweredEmptyAtItsDeadline) {
  Answer answer = harness_.LeaseWaiting(worker_, kWait);
  harness_.Elapse(kWait - absl::Seconds(1));
  EXPECT_FALSE(IsReady(answer));
  harness_.Elapse(absl::Seconds(1));
  EXPECT_THAT(Get(answer).trials(), SizeIs(0));
}

TEST_F(WaitingLeaseTest, IsWokenByANewSearch) {
  Answer answer = harness_.LeaseWaiting(worker_, kWait);
  EXPECT_FALSE(IsReady(answer));
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 1)));
  EXPECT_THAT(Get(answer).trials(), SizeIs(1));
}

TEST_F(WaitingLeaseTest, IsWokenByAResumedSearch) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 1)));
  ETALON_ASSERT_OK(harness_.Pause("searches/s"));
  Answer answer = harness_.LeaseWaiting(worker_, kWait);
  EXPECT_FALSE(IsReady(answer));
  ETALON_ASSERT_OK(harness_.Resume("searches/s"));
  EXPECT_THAT(Get(answer).trials(), SizeIs(1));
}

TEST_F(WaitingLeaseTest, IsWokenByAHandBack) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 1)));
  const v1::LeasedTrial leased = harness_.LeaseOne(other_);
  Answer answer = harness_.LeaseWaiting(worker_, kWait);
  ETALON_ASSERT_OK(harness_.Return(other_, leased.token(), "stopping"));
  EXPECT_THAT(Get(answer).trials(), SizeIs(1));
}

TEST_F(WaitingLeaseTest, IsWokenByAnExpiredLease) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 1)));
  harness_.LeaseOne(other_);
  harness_.Elapse(CoordinatorHarness::kLease - absl::Seconds(5));
  Answer answer = harness_.LeaseWaiting(worker_, kWait);
  EXPECT_FALSE(IsReady(answer));
  harness_.Elapse(absl::Seconds(5));
  EXPECT_THAT(Get(answer).trials(), SizeIs(1));
}

TEST_F(WaitingLeaseTest, IsWokenByTheNextStage) {
  ETALON_ASSERT_OK(harness_.Create(RefiningSpec("s", 1, 3)));
  const v1::LeasedTrial last = harness_.LeaseOne(other_);
  Answer answer = harness_.LeaseWaiting(worker_, kWait);
  EXPECT_FALSE(IsReady(answer));
  ETALON_ASSERT_OK(harness_.Complete(other_, last.token(), 0.5));
  EXPECT_EQ(Get(answer).trials(0).trial().stage(), "searches/s/stages/fine");
}

TEST_F(WaitingLeaseTest, FirstComeIsFirstServed) {
  Answer first = harness_.LeaseWaiting(worker_, kWait);
  Answer second = harness_.LeaseWaiting(other_, kWait);
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 1)));
  EXPECT_THAT(Get(first).trials(), SizeIs(1));
  EXPECT_FALSE(IsReady(second));
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("t", 1)));
  EXPECT_THAT(Get(second).trials(), SizeIs(1));
}

TEST_F(WaitingLeaseTest, WaitsOnWhenOthersWereFaster) {
  Answer first = harness_.LeaseWaiting(worker_, kWait);
  Answer second = harness_.LeaseWaiting(other_, kWait);
  harness_.Elapse(kWait / 2);
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 1)));
  harness_.Elapse(kWait / 2 - absl::Seconds(1));
  EXPECT_FALSE(IsReady(second));
  harness_.Elapse(absl::Seconds(1));
  EXPECT_THAT(Get(second).trials(), SizeIs(0)) << "its time is still its own";
}

TEST_F(WaitingLeaseTest, CancelledCallTakesNothing) {
  LeaseCallPtr call;
  Answer answer = harness_.LeaseWaiting(worker_, kWait, &call);
  harness_.coordinator().CancelLease(call);
  harness_.Settle();
  ASSERT_TRUE(IsReady(answer)) << "a cancelled call must still be finished";
  EXPECT_THAT(answer.get(),
              StatusIs(absl::StatusCode::kCancelled, ::testing::_));
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 1)));
  harness_.Settle();
  EXPECT_EQ(harness_.GetSearch("s").counts().queued(), 1);
}

TEST_F(WaitingLeaseTest, CancelAfterTheAnswerDoesNothing) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 1)));
  LeaseCallPtr call;
  Answer answer = harness_.LeaseWaiting(worker_, kWait, &call);
  harness_.coordinator().CancelLease(call);
  EXPECT_THAT(Get(answer).trials(), SizeIs(1));
}

TEST_F(WaitingLeaseTest, DrainAnswersThoseThatWaitAndRefusesTheRest) {
  Answer answer = harness_.LeaseWaiting(worker_, kWait);
  harness_.coordinator().Drain();
  EXPECT_THAT(Get(answer).trials(), SizeIs(0));
  EXPECT_THAT(harness_.Lease(other_),
              StatusIs(absl::StatusCode::kUnavailable, ::testing::_));
}

TEST_F(WaitingLeaseTest, GoodbyeEndsItsOwnWait) {
  Answer answer = harness_.LeaseWaiting(worker_, kWait);
  Answer others = harness_.LeaseWaiting(other_, kWait);
  ETALON_ASSERT_OK(harness_.Unregister(worker_));
  EXPECT_THAT(Get(answer).trials(), SizeIs(0));
  EXPECT_FALSE(IsReady(others));
}

TEST_F(WaitingLeaseTest, WorkerThatWaitsIsAlive) {
  Answer answer = harness_.LeaseWaiting(worker_, absl::Seconds(60));
  harness_.Elapse(CoordinatorHarness::kLease + absl::Seconds(5));
  v1::Worker waiting, silent;
  waiting.set_state(v1::Worker::ALIVE);
  silent.set_state(v1::Worker::ALIVE);
  harness_.coordinator().workers().Overlay(1, waiting);
  harness_.coordinator().workers().Overlay(2, silent);
  EXPECT_EQ(waiting.state(), v1::Worker::ALIVE);
  EXPECT_EQ(silent.state(), v1::Worker::SILENT);
}

}  // namespace
}  // namespace etalon
