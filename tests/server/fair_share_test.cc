// How many trials one request gets where others are idle too.

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/server/coordinator_harness.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::CoordinatorHarness;
using ::etalon::testing::RandomSpec;
using ::testing::ElementsAre;

constexpr int kFuse = 16;

class FairShareTest : public ::testing::Test {
 protected:
  void CreateSearch(int trials) {
    ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", trials)));
  }
  int Lease(const std::string& worker) {
    leased_ = harness_.Lease(worker, kFuse).value();
    return leased_.trials_size();
  }
  // A request that is sent and not waited for.
  auto Send(const std::string& worker, const std::string& request_id) {
    v1::LeaseTrialsRequest request;
    request.set_worker(worker);
    request.set_max_trials(kFuse);
    request.set_request_id(request_id);
    return harness_.Send<v1::LeaseTrialsResponse>(&Coordinator::LeaseTrials,
                                                  request);
  }
  void CompleteLeased(const std::string& worker) {
    for (const v1::LeasedTrial& trial : leased_.trials()) {
      ETALON_ASSERT_OK(harness_.Complete(worker, trial.token(), 0.5));
    }
  }

  CoordinatorHarness harness_;
  v1::LeaseTrialsResponse leased_;  // last
};

TEST_F(FairShareTest, TwoIdleWorkersHalveWhatBothCouldTake) {
  const std::string first = harness_.Register("first");
  const std::string second = harness_.Register("second");
  CreateSearch(20);
  EXPECT_EQ(Lease(first), 10);
  EXPECT_EQ(Lease(second), 10);
}

TEST_F(FairShareTest, EveryThreadOfAWorkerCounts) {
  const std::string worker = harness_.Register("four", 4);
  CreateSearch(22);
  std::vector<int> shares;
  for (int i = 0; i < 4; ++i) shares.push_back(Lease(worker));
  EXPECT_THAT(shares, ElementsAre(6, 6, 5, 5));
}

TEST_F(FairShareTest, MoreThreadsThanTrialsGetOneEach) {
  const std::string worker = harness_.Register("many", 64);
  CreateSearch(3);
  EXPECT_EQ(Lease(worker), 1);
}

TEST_F(FairShareTest, LongQueueGivesAllThatWasAskedFor) {
  const std::string first = harness_.Register("first", 2);
  harness_.Register("second", 2);
  CreateSearch(600);
  EXPECT_EQ(Lease(first), kFuse);
  EXPECT_EQ(Lease(first), kFuse);
}

TEST_F(FairShareTest, ThreadsAtWorkLeaveTheRestToTheIdle) {
  const std::string first = harness_.Register("first");
  const std::string second = harness_.Register("second");
  CreateSearch(40);
  EXPECT_EQ(Lease(first), kFuse);
  EXPECT_EQ(Lease(second), kFuse);
  CompleteLeased(second);
  EXPECT_EQ(Lease(second), 8) << "the first is at work still";
}

TEST_F(FairShareTest, ThreadWhoseTrialsHaveAllEndedIsIdleAgain) {
  const std::string first = harness_.Register("first");
  const std::string second = harness_.Register("second");
  CreateSearch(36);
  EXPECT_EQ(Lease(first), kFuse);
  CompleteLeased(first);
  EXPECT_EQ(Lease(second), 10);
}

TEST_F(FairShareTest, SilentWorkerHasNoShare) {
  harness_.Register("silent", 8);
  const std::string worker = harness_.Register("first");
  CreateSearch(12);
  harness_.Elapse(CoordinatorHarness::kLease / 2);
  EXPECT_EQ(Lease(worker), 2);
  CompleteLeased(worker);
  harness_.Elapse(CoordinatorHarness::kLease);
  EXPECT_EQ(Lease(worker), 10);
}

TEST_F(FairShareTest, WorkerWithoutTheDataHasNoShare) {
  const std::string without = harness_.Register("without");
  ETALON_ASSERT_OK(harness_.SetUsable(without, "synthetic", false));
  const std::string worker = harness_.Register("with");
  CreateSearch(12);
  EXPECT_EQ(Lease(worker), 12);
}

TEST_F(FairShareTest, RequestsOfOneTransactionKnowOfEachOther) {
  const std::string first = harness_.Register("first");
  const std::string second = harness_.Register("second");
  CreateSearch(20);
  auto hold = harness_.HoldWriter();
  hold.Await();
  auto one = Send(first, "one");
  auto other = Send(second, "other");
  hold.Release();
  EXPECT_EQ(one.get()->trials_size(), 10);
  EXPECT_EQ(other.get()->trials_size(), 10);
}

TEST_F(FairShareTest, RequestThatWasUndoneLeavesItsThreadIdle) {
  const std::string first = harness_.Register("first");
  const std::string second = harness_.Register("second");
  CreateSearch(20);
  harness_.store().FailCommits(absl::ResourceExhaustedError("disk full"));
  EXPECT_FALSE(harness_.Lease(first, kFuse).ok());
  harness_.store().FailCommits(absl::OkStatus());
  EXPECT_EQ(Lease(second), 10);
}

TEST_F(FairShareTest, ThreadsAreAtWorkStillAfterARestart) {
  const std::string first = harness_.Register("first");
  const std::string second = harness_.Register("second");
  CreateSearch(32);
  EXPECT_EQ(Lease(first), kFuse);
  harness_.Restart();
  harness_.Heartbeat(first, leased_.trials(0).token());
  EXPECT_EQ(Lease(second), kFuse);
}

}  // namespace
}  // namespace etalon
