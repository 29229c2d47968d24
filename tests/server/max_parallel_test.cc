// Searches that bound how many of their trials are at work at once.

#include <gmock/gmock.h>

#include <chrono>
#include <string>

#include "tests/server/coordinator_harness.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::CoordinatorHarness;
using ::etalon::testing::RandomSpec;
using ::testing::SizeIs;

v1::SearchSpec BoundedSpec(const std::string& name, int trials, int parallel) {
  v1::SearchSpec spec = RandomSpec(name, trials);
  spec.set_max_parallel(parallel);
  return spec;
}

class MaxParallelTest : public ::testing::Test {
 protected:
  MaxParallelTest() { worker_ = harness_.Register("first"); }

  CoordinatorHarness harness_;
  std::string worker_;
};

TEST_F(MaxParallelTest, OneRequestGetsNoMore) {
  ETALON_ASSERT_OK(harness_.Create(BoundedSpec("s", 9, 3)));
  ETALON_ASSERT_OK_AND_ASSIGN(const auto got, harness_.Lease(worker_, 9));
  EXPECT_THAT(got.trials(), SizeIs(3));
  ETALON_ASSERT_OK_AND_ASSIGN(const auto more, harness_.Lease(worker_, 9));
  EXPECT_THAT(more.trials(), SizeIs(0));
}

TEST_F(MaxParallelTest, RequestsOfOneTransactionGetNoMore) {
  ETALON_ASSERT_OK(harness_.Create(BoundedSpec("s", 9, 2)));
  const std::string other = harness_.Register("second");
  CoordinatorHarness::Hold hold = harness_.HoldWriter();
  hold.Await();
  v1::LeaseTrialsRequest request;
  request.set_max_trials(1);
  std::vector<std::future<absl::StatusOr<v1::LeaseTrialsResponse>>> answers;
  for (int i = 0; i < 4; ++i) {
    request.set_worker(i % 2 == 0 ? worker_ : other);
    request.set_request_id(std::to_string(i));
    answers.push_back(harness_.Send<v1::LeaseTrialsResponse>(
        &Coordinator::LeaseTrials, request));
  }
  hold.Release();
  int trials = 0;
  for (auto& answer : answers) trials += answer.get()->trials_size();
  EXPECT_EQ(trials, 2);
}

TEST_F(MaxParallelTest, AnEndMakesRoomForOneThatWaits) {
  ETALON_ASSERT_OK(harness_.Create(BoundedSpec("s", 9, 1)));
  const v1::LeasedTrial trial = harness_.LeaseOne(worker_);
  const std::string other = harness_.Register("second");
  auto waiting = harness_.LeaseWaiting(other, absl::Seconds(20));
  EXPECT_NE(waiting.wait_for(std::chrono::seconds(0)),
            std::future_status::ready);
  ETALON_ASSERT_OK(harness_.Complete(worker_, trial.token(), 0.5));
  harness_.Settle();
  ASSERT_EQ(waiting.wait_for(std::chrono::seconds(0)),
            std::future_status::ready);
  EXPECT_THAT(waiting.get()->trials(), SizeIs(1));
}

TEST_F(MaxParallelTest, ALostWorkerMakesRoom) {
  ETALON_ASSERT_OK(harness_.Create(BoundedSpec("s", 9, 1)));
  harness_.LeaseOne(worker_);
  harness_.Elapse(CoordinatorHarness::kLease + absl::Seconds(1));
  ETALON_ASSERT_OK_AND_ASSIGN(const auto got,
                              harness_.Lease(harness_.Register("second"), 9));
  EXPECT_THAT(got.trials(), SizeIs(1));
}

TEST_F(MaxParallelTest, OtherSearchesGetTheRest) {
  ETALON_ASSERT_OK(harness_.Create(BoundedSpec("bounded", 9, 1)));
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("free", 9)));
  int bounded = 0;
  for (int i = 0; i < 6; ++i) {
    const v1::LeasedTrial leased = harness_.LeaseOne(worker_);
    bounded += leased.trial().name().find("bounded") != std::string::npos;
  }
  EXPECT_EQ(bounded, 1);
}

}  // namespace
}  // namespace etalon
