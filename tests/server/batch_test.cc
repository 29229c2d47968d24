// Requests that meet in one transaction: each sees what those before it did.

#include <gmock/gmock.h>

#include <future>
#include <string>
#include <utility>

#include "tests/server/coordinator_harness.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::CoordinatorHarness;
using ::etalon::testing::IsOk;
using ::etalon::testing::MakeCompletion;
using ::etalon::testing::MakeReport;
using ::etalon::testing::OnlyVerdict;
using ::etalon::testing::RandomSpec;
using ::etalon::testing::RefiningSpec;
using ::etalon::testing::StatusIs;
using ::testing::_;
using ::testing::HasSubstr;
using ::testing::SizeIs;

template <typename Response>
using Answer = std::future<absl::StatusOr<Response>>;

class BatchTest : public ::testing::Test {
 protected:
  static constexpr absl::Duration kLease = CoordinatorHarness::kLease;

  BatchTest() {
    worker_ = harness_.Register("first");
    other_ = harness_.Register("second");
  }

  Answer<v1::CompleteTrialsResponse> SendCompletion(
      const v1::LeaseToken& token) {
    return harness_.Send<v1::CompleteTrialsResponse>(
        &Coordinator::CompleteTrials,
        MakeReport(worker_, MakeCompletion(token, 0.5)));
  }
  Answer<v1::Search> SendCancel(const std::string& search) {
    v1::CancelSearchRequest request;
    request.set_name(search);
    return harness_.Send<v1::Search>(&Coordinator::CancelSearch, request);
  }
  Answer<v1::LeaseTrialsResponse> SendLease(const std::string& worker,
                                            LeaseCallPtr* call = nullptr) {
    v1::LeaseTrialsRequest request;
    request.set_worker(worker);
    request.set_request_id("batched");
    request.set_max_trials(10);
    using Result = absl::StatusOr<v1::LeaseTrialsResponse>;
    auto answer = std::make_shared<std::promise<Result>>();
    LeaseCallPtr sent = harness_.coordinator().LeaseTrials(
        request,
        [answer](Result result) { answer->set_value(std::move(result)); });
    if (call != nullptr) *call = std::move(sent);
    return answer->get_future();
  }

  // Holds the writer with an expiry of what is due before the requests that
  // follow.
  CoordinatorHarness::Hold HoldAfterTick() {
    CoordinatorHarness::Hold first = harness_.HoldWriter();
    first.Await();
    harness_.coordinator().Tick();
    CoordinatorHarness::Hold second = harness_.HoldWriter();
    first.Release();
    second.Await();
    return second;
  }

  CoordinatorHarness harness_;
  std::string worker_;
  std::string other_;
};

TEST_F(BatchTest, LeaseBehindTheEndOfAStageTakesFromTheNext) {
  ETALON_ASSERT_OK(harness_.Create(RefiningSpec("s", 1, 3)));
  const v1::LeasedTrial last = harness_.LeaseOne(worker_);
  CoordinatorHarness::Hold hold = harness_.HoldWriter();
  hold.Await();
  auto completed = SendCompletion(last.token());
  auto leased = SendLease(other_);
  hold.Release();
  EXPECT_THAT(OnlyVerdict(completed.get()), IsOk());
  EXPECT_THAT(leased.get()->trials(), SizeIs(2)) << "the first is idle again";
}

TEST_F(BatchTest, CompletionBehindACancellationIsStale) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 1)));
  const v1::LeasedTrial leased = harness_.LeaseOne(worker_);
  CoordinatorHarness::Hold hold = harness_.HoldWriter();
  hold.Await();
  auto cancelled = SendCancel("searches/s");
  auto completed = SendCompletion(leased.token());
  hold.Release();
  EXPECT_THAT(cancelled.get(), IsOk());
  EXPECT_THAT(
      OnlyVerdict(completed.get()),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("CANCELLED")));
}

TEST_F(BatchTest, CancellationBehindTheLastCompletionComesTooLate) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 1)));
  const v1::LeasedTrial leased = harness_.LeaseOne(worker_);
  CoordinatorHarness::Hold hold = harness_.HoldWriter();
  hold.Await();
  auto completed = SendCompletion(leased.token());
  auto cancelled = SendCancel("searches/s");
  hold.Release();
  EXPECT_THAT(OnlyVerdict(completed.get()), IsOk());
  EXPECT_THAT(cancelled.get(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                        HasSubstr("SUCCEEDED")));
}

// Seed 73 of the simulation found it otherwise.
TEST_F(BatchTest, LeaseBehindAPauseGetsNothing) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 3)));
  // The first changes the search, which is forgotten; the second is remembered.
  harness_.LeaseOne(other_);
  harness_.LeaseOne(other_);
  CoordinatorHarness::Hold hold = harness_.HoldWriter();
  v1::PauseSearchRequest pause;
  pause.set_name("searches/s");
  auto paused = harness_.Send<v1::Search>(&Coordinator::PauseSearch, pause);
  Answer<v1::LeaseTrialsResponse> lease = SendLease(worker_);
  hold.Release();
  ETALON_EXPECT_OK(paused.get());
  EXPECT_THAT(lease.get()->trials(), SizeIs(0));
}

TEST_F(BatchTest, WorkerThatHasJustSaidGoodbyeGetsNothing) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 1)));
  v1::UnregisterWorkerRequest goodbye;
  goodbye.set_worker(worker_);
  CoordinatorHarness::Hold hold = harness_.HoldWriter();
  hold.Await();
  auto unregistered = harness_.Send<v1::UnregisterWorkerResponse>(
      &Coordinator::UnregisterWorker, goodbye);
  auto leased = SendLease(worker_);
  hold.Release();
  EXPECT_THAT(unregistered.get(), IsOk());
  EXPECT_THAT(leased.get(), StatusIs(absl::StatusCode::kNotFound, _));
  EXPECT_EQ(harness_.GetSearch("s").counts().queued(), 1);
}

TEST_F(BatchTest, CallCancelledBeforeItsTurnTakesNothing) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 1)));
  CoordinatorHarness::Hold hold = harness_.HoldWriter();
  hold.Await();
  LeaseCallPtr call;
  auto leased = SendLease(worker_, &call);
  harness_.coordinator().CancelLease(call);
  hold.Release();
  EXPECT_THAT(leased.get(), StatusIs(absl::StatusCode::kCancelled, _));
  EXPECT_EQ(harness_.GetSearch("s").counts().queued(), 1);
}

TEST_F(BatchTest, CompletionBehindTheExpiryOfItsLeaseIsStale) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 1)));
  const v1::LeasedTrial leased = harness_.LeaseOne(worker_);
  harness_.Elapse(kLease - absl::Seconds(1));
  harness_.clock().Advance(absl::Seconds(1));
  CoordinatorHarness::Hold hold = HoldAfterTick();
  auto completed = SendCompletion(leased.token());
  hold.Release();
  EXPECT_THAT(OnlyVerdict(completed.get()),
              StatusIs(absl::StatusCode::kFailedPrecondition, _));
  EXPECT_EQ(harness_.GetTrial("s", 1).state(), v1::Trial::QUEUED);
}

// A disk that holds the transaction up is no worker's silence.
TEST_F(BatchTest, ExpiryThatIsHeldUpTakesOnlyWhatWasDue) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 2)));
  harness_.LeaseOne(worker_);
  harness_.Elapse(kLease - absl::Seconds(1));
  harness_.LeaseOne(other_);
  harness_.clock().Advance(absl::Seconds(1));
  CoordinatorHarness::Hold hold = HoldAfterTick();
  harness_.clock().Advance(10 * kLease);
  hold.Release();
  harness_.Settle();
  EXPECT_EQ(harness_.GetTrial("s", 1).state(), v1::Trial::QUEUED);
  EXPECT_EQ(harness_.GetTrial("s", 2).state(), v1::Trial::RUNNING);
}

}  // namespace
}  // namespace etalon
