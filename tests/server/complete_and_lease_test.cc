// Several completions and the next lease in one call: each has an answer of its
// own, and together they are one transaction.

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/server/coordinator_harness.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::CoordinatorHarness;
using ::etalon::testing::EqualsProto;
using ::etalon::testing::IsOk;
using ::etalon::testing::MakeCompletion;
using ::etalon::testing::RandomSpec;
using ::etalon::testing::RefiningSpec;
using ::etalon::testing::StatusIs;
using ::etalon::testing::ToStatus;
using ::testing::_;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class CompleteAndLeaseTest : public ::testing::Test {
 protected:
  CompleteAndLeaseTest() { worker_ = harness_.Register("worker"); }

  // Leases `count` trials of a new search of `trials`, and prepares a report of
  // them.
  void LeaseOf(const v1::SearchSpec& spec, int count) {
    ETALON_ASSERT_OK(harness_.Create(spec));
    const v1::LeaseTrialsResponse leased = *harness_.Lease(worker_, count);
    ASSERT_THAT(leased.trials(), SizeIs(count));
    request_.set_worker(worker_);
    for (const v1::LeasedTrial& trial : leased.trials()) {
      *request_.add_completions() = MakeCompletion(trial.token(), 0.5);
    }
  }
  void AskForNext(const std::string& request_id, int max_trials) {
    request_.mutable_next()->set_request_id(request_id);
    request_.mutable_next()->set_max_trials(max_trials);
  }
  absl::StatusOr<v1::CompleteTrialsResponse> Send() {
    return harness_.Call<v1::CompleteTrialsResponse>(
        &Coordinator::CompleteTrials, request_);
  }
  static std::vector<absl::Status> Verdicts(
      const v1::CompleteTrialsResponse& response) {
    std::vector<absl::Status> verdicts;
    for (const v1::Verdict& verdict : response.verdicts()) {
      verdicts.push_back(ToStatus(verdict));
    }
    return verdicts;
  }

  CoordinatorHarness harness_;
  std::string worker_;
  v1::CompleteTrialsRequest request_;
};

TEST_F(CompleteAndLeaseTest, StaleCompletionLeavesTheOthersAlone) {
  LeaseOf(RandomSpec("s", 3), 3);
  ETALON_ASSERT_OK(harness_.Return(worker_, request_.completions(1).token(),
                                   "mine no more"));
  EXPECT_THAT(Verdicts(*Send()),
              ElementsAre(IsOk(),
                          StatusIs(absl::StatusCode::kFailedPrecondition,
                                   HasSubstr("stale")),
                          IsOk()));
  EXPECT_EQ(harness_.GetSearch("s").counts().succeeded(), 2);
  EXPECT_EQ(harness_.GetTrial("s", 2).state(), v1::Trial::QUEUED);
}

TEST_F(CompleteAndLeaseTest, CompletionThatCannotBeIsRefusedAlone) {
  LeaseOf(RandomSpec("s", 2), 2);
  request_.mutable_completions(0)->clear_measurements();
  EXPECT_THAT(Verdicts(*Send()),
              ElementsAre(StatusIs(absl::StatusCode::kInvalidArgument,
                                   HasSubstr("measurements")),
                          IsOk()));
  EXPECT_EQ(harness_.GetTrial("s", 1).state(), v1::Trial::RUNNING);
  EXPECT_EQ(harness_.GetTrial("s", 2).state(), v1::Trial::SUCCEEDED);
}

TEST_F(CompleteAndLeaseTest, OneTrialTwiceCountsOnce) {
  LeaseOf(RandomSpec("s", 1), 1);
  const v1::Completion completion = request_.completions(0);
  *request_.add_completions() = completion;
  *request_.add_completions() = MakeCompletion(completion.token(), 0.75);
  EXPECT_THAT(Verdicts(*Send()),
              ElementsAre(IsOk(), IsOk(),
                          StatusIs(absl::StatusCode::kAlreadyExists, _)));
  EXPECT_EQ(harness_.GetTrial("s", 1).result().validation().accuracy(), 0.5);
}

TEST_F(CompleteAndLeaseTest, NextTrialsComeWithTheAnswer) {
  LeaseOf(RandomSpec("s", 5), 2);
  AskForNext("next", 2);
  const v1::CompleteTrialsResponse response = *Send();
  EXPECT_THAT(Verdicts(response), ElementsAre(IsOk(), IsOk()));
  ASSERT_THAT(response.trials(), SizeIs(2));
  EXPECT_EQ(response.trials(0).token().trial(), "searches/s/trials/3");
  ETALON_EXPECT_OK(harness_.Complete(worker_, response.trials(1).token(), 0.5));
}

TEST_F(CompleteAndLeaseTest, NextComesFromTheStageThatTheCompletionsBegin) {
  LeaseOf(RefiningSpec("s", 2, 3), 2);
  AskForNext("next", 10);
  EXPECT_THAT(Send()->trials(), SizeIs(3));
}

TEST_F(CompleteAndLeaseTest, StaleCompletionDoesNotKeepFromTheNext) {
  LeaseOf(RandomSpec("s", 2), 1);
  request_.mutable_completions(0)->mutable_token()->set_attempt(2);
  AskForNext("next", 1);
  const v1::CompleteTrialsResponse response = *Send();
  EXPECT_THAT(Verdicts(response),
              ElementsAre(StatusIs(absl::StatusCode::kFailedPrecondition, _)));
  EXPECT_THAT(response.trials(), SizeIs(1));
}

TEST_F(CompleteAndLeaseTest, RepeatIsAnsweredAsTheFirst) {
  LeaseOf(RandomSpec("s", 10), 3);
  request_.mutable_completions(1)->mutable_token()->set_attempt(7);
  AskForNext("next", 3);
  const v1::CompleteTrialsResponse first = *Send();
  EXPECT_THAT(first.trials(), SizeIs(3));
  EXPECT_THAT(*Send(), EqualsProto(first));
  harness_.Restart();
  EXPECT_THAT(*Send(), EqualsProto(first));
  EXPECT_EQ(harness_.GetSearch("s").counts().queued(), 4);
}

TEST_F(CompleteAndLeaseTest, NextLeaseAndLeaseTrialsShareTheirIds) {
  LeaseOf(RandomSpec("s", 3), 1);
  AskForNext("next", 1);
  const v1::CompleteTrialsResponse response = *Send();
  const v1::LeaseTrialsResponse again = *harness_.Lease(worker_, 1, "next");
  ASSERT_THAT(again.trials(), SizeIs(1));
  EXPECT_THAT(again.trials(0), EqualsProto(response.trials(0)));
}

TEST_F(CompleteAndLeaseTest, NothingToLeaseIsAnsweredAtOnce) {
  LeaseOf(RandomSpec("s", 1), 1);
  AskForNext("next", 1);
  const v1::CompleteTrialsResponse response = *Send();
  EXPECT_THAT(Verdicts(response), ElementsAre(IsOk()));
  EXPECT_THAT(response.trials(), SizeIs(0));
}

TEST_F(CompleteAndLeaseTest, WorkerThatIsNotKnownGetsVerdictsAndNoTrials) {
  LeaseOf(RandomSpec("s", 2), 1);
  ETALON_ASSERT_OK(harness_.Unregister(worker_));
  AskForNext("next", 1);
  const v1::CompleteTrialsResponse response = *Send();
  EXPECT_THAT(Verdicts(response),
              ElementsAre(StatusIs(absl::StatusCode::kFailedPrecondition, _)));
  EXPECT_THAT(response.trials(), SizeIs(0));
}

TEST_F(CompleteAndLeaseTest, NothingOfItHasHappenedWhenTheCommitFails) {
  LeaseOf(RefiningSpec("s", 2, 3), 2);
  AskForNext("next", 10);
  harness_.store().FailCommits(absl::ResourceExhaustedError("disk full"));
  EXPECT_THAT(Send(), StatusIs(absl::StatusCode::kResourceExhausted, _));
  EXPECT_EQ(harness_.GetSearch("s").counts().running(), 2);
  harness_.store().FailCommits(absl::OkStatus());
  const v1::CompleteTrialsResponse response = *Send();
  EXPECT_THAT(Verdicts(response), ElementsAre(IsOk(), IsOk()));
  EXPECT_THAT(response.trials(), SizeIs(3)) << "the stage has advanced once";
}

TEST_F(CompleteAndLeaseTest, ThreadThatCompletesIsIdleAgain) {
  const std::string other = harness_.Register("other");
  LeaseOf(RandomSpec("s", 21), 1);
  AskForNext("next", 16);
  EXPECT_THAT(Send()->trials(), SizeIs(10)) << "half is the other's";
  EXPECT_THAT(harness_.Lease(other, 16)->trials(), SizeIs(10));
}

TEST_F(CompleteAndLeaseTest, ThreadWhoseCommitFailedIsStillAtWork) {
  const std::string other = harness_.Register("other");
  LeaseOf(RandomSpec("s", 21), 1);
  harness_.store().FailCommits(absl::ResourceExhaustedError("disk full"));
  EXPECT_FALSE(Send().ok());
  harness_.store().FailCommits(absl::OkStatus());
  EXPECT_THAT(harness_.Lease(other, 16)->trials(), SizeIs(16));
}

}  // namespace
}  // namespace etalon
