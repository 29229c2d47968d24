// How a trial ends: once.

#include <gmock/gmock.h>

#include "tests/server/coordinator_harness.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::CoordinatorHarness;
using ::etalon::testing::MakeCompletion;
using ::etalon::testing::RandomSpec;
using ::etalon::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class CompletionTest : public ::testing::Test {
 protected:
  CompletionTest() {
    worker_ = harness_.Register("worker");
    EXPECT_TRUE(harness_.Create(RandomSpec("s", 2)).ok());
    token_ = harness_.LeaseOne(worker_).token();
  }
  absl::Status Send(const v1::Completion& completion) {
    return harness_.Report(worker_, completion);
  }

  CoordinatorHarness harness_;
  std::string worker_;
  v1::LeaseToken token_;
};

TEST_F(CompletionTest, LastMeasurementIsTheResult) {
  v1::Completion completion = MakeCompletion(token_, 0.5);
  *completion.add_measurements() = completion.measurements(0);
  completion.mutable_measurements(1)->set_update(200);
  completion.mutable_measurements(1)->mutable_validation()->set_accuracy(0.25);
  ETALON_ASSERT_OK(Send(completion));
  const v1::Trial trial = harness_.GetTrial("s", 1);
  EXPECT_EQ(trial.state(), v1::Trial::SUCCEEDED);
  EXPECT_EQ(trial.result().update(), 200);
  EXPECT_EQ(trial.result().validation().accuracy(), 0.25);
  EXPECT_THAT(trial.measurements(), SizeIs(2));
  EXPECT_EQ(trial.training_time().nanos(), 123'456'789);
  EXPECT_EQ(trial.attempts(0).state(), v1::Attempt::COMPLETED);
}

TEST_F(CompletionTest, RepeatIsAnsweredAsTheFirst) {
  ETALON_ASSERT_OK(harness_.Complete(worker_, token_, 0.1));
  ETALON_EXPECT_OK(harness_.Complete(worker_, token_, 0.1));
  harness_.Restart();
  ETALON_EXPECT_OK(harness_.Complete(worker_, token_, 0.1));
}

TEST_F(CompletionTest, RepeatCreditsTheWorkerOnce) {
  ETALON_ASSERT_OK(harness_.Complete(worker_, token_, 0.1));
  ETALON_ASSERT_OK(harness_.Complete(worker_, token_, 0.1));
  const auto workers = (*harness_.store().NewReader())->ListWorkers({});
  ETALON_ASSERT_OK(workers);
  EXPECT_EQ(workers->items[0].completed_trials(), 1);
}

TEST_F(CompletionTest, FusionIsKeptAndNoPartOfWhatARepeatMustSay) {
  v1::Completion completion = MakeCompletion(token_, 0.1);
  completion.mutable_fusion()->set_width(1);
  completion.mutable_fusion()->set_apart_because("their hidden layers differ");
  ETALON_ASSERT_OK(Send(completion));
  ETALON_EXPECT_OK(Send(completion));
  harness_.Restart();
  ETALON_EXPECT_OK(Send(completion));
  ETALON_EXPECT_OK(Send(MakeCompletion(token_, 0.1)));
  const v1::Trial trial = harness_.GetTrial("s", 1);
  EXPECT_EQ(trial.fusion().width(), 1);
  EXPECT_EQ(trial.fusion().apart_because(), "their hidden layers differ");
}

TEST_F(CompletionTest, OtherContentIsRefused) {
  ETALON_ASSERT_OK(harness_.Complete(worker_, token_, 0.1));
  v1::Completion other_time = MakeCompletion(token_, 0.1);
  other_time.mutable_training_time()->set_nanos(1);
  // 0.1 and its neighbour, one bit away.
  for (const v1::Completion& completion :
       {MakeCompletion(token_, 0.10000000000000002), other_time}) {
    EXPECT_THAT(Send(completion), StatusIs(absl::StatusCode::kAlreadyExists,
                                           HasSubstr("searches/s/trials/1")));
  }
  EXPECT_THAT(harness_.Fail(worker_, token_, v1::Failure::DIVERGED),
              StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("other")));
  EXPECT_EQ(harness_.GetTrial("s", 1).result().validation().accuracy(), 0.1);
}

TEST_F(CompletionTest, DivergenceIsAResultWithItsUpdate) {
  ETALON_ASSERT_OK(harness_.Fail(worker_, token_, v1::Failure::DIVERGED));
  ETALON_EXPECT_OK(harness_.Fail(worker_, token_, v1::Failure::DIVERGED));
  const v1::Trial trial = harness_.GetTrial("s", 1);
  EXPECT_EQ(trial.state(), v1::Trial::DIVERGED);
  EXPECT_EQ(trial.failure().reason(), v1::Failure::DIVERGED);
  EXPECT_EQ(trial.failure().update(), 17);
}

TEST_F(CompletionTest, DivergedTrialKeepsWhatWasMeasuredBefore) {
  v1::Completion completion = MakeCompletion(token_, 0.5);
  completion.mutable_failure()->set_reason(v1::Failure::DIVERGED);
  completion.mutable_failure()->set_update(101);
  ETALON_ASSERT_OK(Send(completion));
  EXPECT_EQ(harness_.GetTrial("s", 1).result().validation().accuracy(), 0.5);
}

TEST_F(CompletionTest, ErrorsOfTheTrialItselfAreNotTriedAgain) {
  ETALON_ASSERT_OK(harness_.Fail(worker_, token_, v1::Failure::INVALID));
  const v1::LeaseToken second = harness_.LeaseOne(worker_).token();
  ETALON_ASSERT_OK(harness_.Fail(worker_, second, v1::Failure::INTERNAL));
  EXPECT_EQ(harness_.GetTrial("s", 1).state(), v1::Trial::FAILED);
  EXPECT_EQ(harness_.GetTrial("s", 1).failure().reason(), v1::Failure::INVALID);
  EXPECT_EQ(harness_.GetTrial("s", 2).failure().message(), "so it was");
  EXPECT_THAT(harness_.Lease(worker_)->trials(), SizeIs(0));
}

TEST_F(CompletionTest, CompletionAfterACancelIsRefused) {
  ETALON_ASSERT_OK(harness_.Cancel("searches/s"));
  EXPECT_THAT(harness_.Complete(worker_, token_, 0.5),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("the trial is CANCELLED")));
}

TEST_F(CompletionTest, HandBackAfterACompletionIsPassedOver) {
  ETALON_ASSERT_OK(harness_.Complete(worker_, token_, 0.5));
  ETALON_ASSERT_OK(harness_.Return(worker_, token_, "late"));
  EXPECT_EQ(harness_.GetTrial("s", 1).state(), v1::Trial::SUCCEEDED);
}

TEST_F(CompletionTest, CompletedTrialDoesNotExpire) {
  ETALON_ASSERT_OK(harness_.Complete(worker_, token_, 0.5));
  harness_.Elapse(2 * CoordinatorHarness::kLease);
  EXPECT_EQ(harness_.GetTrial("s", 1).state(), v1::Trial::SUCCEEDED);
  EXPECT_THAT(harness_.GetTrial("s", 1).attempts(), SizeIs(1));
}

}  // namespace
}  // namespace etalon
