#include <gmock/gmock.h>

#include <tuple>
#include <vector>

#include "common/status_macros.h"
#include "tests/storage/store_conformance.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

// What is decided of a stage while it runs: races, budgets, and trials that
// need not be trained again.

namespace etalon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::SizeIs;

NewReplicate Replicate(int configuration, int replicate) {
  NewReplicate added;
  added.configuration = configuration;
  added.replicate = replicate;
  added.seeds.set_initialization(100 + configuration);
  added.seeds.set_minibatches(uint64_t{1} << 63);
  return added;
}

// Configuration, replicate, state.
std::vector<std::tuple<int, int, v1::Trial::State>> Brief(
    const std::vector<TrialOutcome>& outcomes) {
  std::vector<std::tuple<int, int, v1::Trial::State>> brief;
  for (const TrialOutcome& outcome : outcomes) {
    brief.emplace_back(outcome.configuration, outcome.replicate, outcome.state);
  }
  return brief;
}

TEST_P(DecisionConformance, ReplicatesAreAddedBehindTheOthers) {
  const Started started = StartSearch("alpha", 2);  // trials 1 to 4
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.AddReplicates(started.coarse,
                                     {Replicate(1, 2), Replicate(0, 2)}, now());
  }));
  Reopen();
  const auto reader = NewReader();
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial fifth,
                              reader->GetTrial("alpha", 5));
  EXPECT_EQ(fifth.configuration(), 1);
  EXPECT_EQ(fifth.replicate(), 2);
  EXPECT_EQ(fifth.state(), v1::Trial::QUEUED);
  EXPECT_EQ(fifth.seeds().initialization(), 101u);
  EXPECT_EQ(fifth.seeds().minibatches(), uint64_t{1} << 63);
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial sixth,
                              reader->GetTrial("alpha", 6));
  EXPECT_EQ(sixth.configuration(), 0);
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Search search,
                              reader->GetSearch("alpha"));
  EXPECT_EQ(search.stages(0).counts().queued(), 6);
}

TEST_P(DecisionConformance, ReplicatesThatDoNotFollowAreRefused) {
  const Started started = StartSearch("alpha", 2);
  for (const NewReplicate& wrong :
       {Replicate(0, 1), Replicate(0, 3), Replicate(2, 0), Replicate(7, 1)}) {
    EXPECT_THAT(Write([&](Transaction& transaction) {
                  return transaction.AddReplicates(started.coarse, {wrong},
                                                   now());
                }),
                StatusIs(absl::StatusCode::kInternal, HasSubstr("replicate")));
  }
  EXPECT_THAT(Write([&](Transaction& transaction) {
                return transaction.AddReplicates(started.final,
                                                 {Replicate(0, 0)}, now());
              }),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("PENDING")));
}

TEST_P(DecisionConformance, OutcomesAreOfAllTrialsInOrder) {
  const Started started = StartSearch("alpha", 2);
  const WorkerId worker = AddWorker("host-1");
  Finish(started.trials[2], worker, 0.75);
  Lease(started.trials[0], worker);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    ETALON_RETURN_IF_ERROR(
        transaction.AddReplicates(started.coarse, {Replicate(0, 2)}, now()));
    const auto outcomes = transaction.ListOutcomes(started.coarse);
    ETALON_RETURN_IF_ERROR(outcomes.status());
    EXPECT_THAT(Brief(*outcomes),
                ElementsAre(std::tuple{0, 0, v1::Trial::RUNNING},
                            std::tuple{0, 1, v1::Trial::QUEUED},
                            std::tuple{0, 2, v1::Trial::QUEUED},
                            std::tuple{1, 0, v1::Trial::SUCCEEDED},
                            std::tuple{1, 1, v1::Trial::QUEUED}));
    EXPECT_EQ((*outcomes)[3].validation_accuracy, 0.75);
    EXPECT_EQ((*outcomes)[0].validation_accuracy, std::nullopt);
    return absl::OkStatus();
  }));
}

TEST_P(DecisionConformance, RaceComesBackAsItEnded) {
  const Started started = StartSearch("alpha", 2);
  const auto outcome = ParseTextProto<v1::RaceOutcome>(
      "kind: SPENT contenders: [ 1, 0 ] replicates: 7");
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.SetRaceOutcome(started.coarse, outcome);
  }));
  Reopen();
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Search search,
                              NewReader()->GetSearch("alpha"));
  EXPECT_THAT(search.stages(0).race(), EqualsProto(outcome));
  EXPECT_FALSE(search.stages(1).has_race());
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    const auto stage = transaction.GetStage(started.coarse);
    ETALON_RETURN_IF_ERROR(stage.status());
    EXPECT_THAT(stage->race, Optional(EqualsProto(outcome)));
    return absl::OkStatus();
  }));
}

TEST_P(DecisionConformance, SpendingIsKept) {
  const Started started = StartSearch("alpha", 1);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.SetSpending(started.coarse, 3, int64_t{1} << 40);
  }));
  Reopen();
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    const auto stage = transaction.GetStage(started.coarse);
    ETALON_RETURN_IF_ERROR(stage.status());
    EXPECT_EQ(stage->spent_trials, 3);
    EXPECT_EQ(stage->spent_updates, int64_t{1} << 40);
    EXPECT_EQ(stage->start_time, now());
    return absl::OkStatus();
  }));
}

TEST_P(DecisionConformance, QueuedTrialsFromANumberOnAreCancelled) {
  const Started started = StartSearch("alpha", 3);  // trials 1 to 6
  const WorkerId worker = AddWorker("host-1");
  Lease(started.trials[4], worker);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    const auto next = transaction.NextTrialNumber(started.search);
    ETALON_RETURN_IF_ERROR(next.status());
    EXPECT_EQ(*next, 7);
    const auto cancelled = transaction.CancelQueued(
        started.coarse, 3, SampleFailure(v1::Failure::CANCELLED, "spent"),
        now());
    ETALON_RETURN_IF_ERROR(cancelled.status());
    EXPECT_EQ(*cancelled, 3);
    return absl::OkStatus();
  }));
  const auto reader = NewReader();
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Search search,
                              reader->GetSearch("alpha"));
  EXPECT_EQ(search.counts().cancelled(), 3);
  EXPECT_EQ(search.counts().queued(), 2);
  EXPECT_EQ(search.counts().running(), 1);
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial trial,
                              reader->GetTrial("alpha", 3));
  EXPECT_EQ(trial.state(), v1::Trial::CANCELLED);
  EXPECT_EQ(trial.failure().message(), "spent");
  EXPECT_TRUE(trial.has_end_time());
}

}  // namespace

void ReuseConformance::SetUp() {
  StoreConformance::SetUp();
  started_ = StartSearch("alpha", 1);
  worker_ = AddWorker("host-1");
}

absl::Status ReuseConformance::AddAlike() {
  return Write([&](Transaction& transaction) {
    NewConfiguration alike = SampleConfigurations(2, 3)[1];
    alike.fingerprint = -7;
    const ConfigurationKey first = {started_.coarse, 0};
    alike.same_as = {first, first, std::nullopt};
    return transaction.AddConfigurations(started_.coarse, {alike}, now());
  });
}

v1::Trial ReuseConformance::Trial(int64_t number) {
  const auto trial = NewReader()->GetTrial("alpha", number);
  GTEST_CHECK_(trial.ok()) << trial.status();
  return *trial;
}

v1::TrialCounts ReuseConformance::Counts() {
  return NewReader()->GetSearch("alpha")->stages(0).counts();
}

namespace {

TEST_P(ReuseConformance, AnotherStandsForATrialThatIsNotHandedOut) {
  ETALON_ASSERT_OK(AddAlike());
  EXPECT_EQ(Trial(3).same_as(), "searches/alpha/trials/1");
  EXPECT_EQ(Trial(5).same_as(), "");
  EXPECT_EQ(Counts().queued(), 5);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    const auto queued = transaction.ListQueued(started_.search, 10);
    ETALON_RETURN_IF_ERROR(queued.status());
    EXPECT_THAT(*queued, SizeIs(3));
    EXPECT_EQ(queued->back().number, 5);
    const auto count = transaction.CountQueued(started_.search, 10);
    ETALON_RETURN_IF_ERROR(count.status());
    EXPECT_EQ(*count, 3);
    const auto outcomes = transaction.ListOutcomes(started_.coarse);
    ETALON_RETURN_IF_ERROR(outcomes.status());
    EXPECT_EQ((*outcomes)[2].trained, started_.trials[0]);
    EXPECT_EQ((*outcomes)[3].trained, started_.trials[1]);
    EXPECT_EQ((*outcomes)[4].trained, queued->back().id);
    return absl::OkStatus();
  }));
}

TEST_P(ReuseConformance, EndsAsTheOneThatStandsForIt) {
  ETALON_ASSERT_OK(AddAlike());
  Finish(started_.trials[0], worker_, 0.75);
  const v1::Trial trial = Trial(3);
  EXPECT_EQ(trial.state(), v1::Trial::SUCCEEDED);
  EXPECT_THAT(trial.result(), EqualsProto(Trial(1).result()));
  EXPECT_THAT(trial.measurements(), SizeIs(Trial(1).measurements_size()));
  EXPECT_THAT(trial.attempts(), IsEmpty());
  EXPECT_FALSE(trial.has_training_time());
  EXPECT_TRUE(trial.has_end_time());
  EXPECT_EQ(Trial(4).state(), v1::Trial::QUEUED);
  EXPECT_EQ(Counts().succeeded(), 2);
  EXPECT_EQ(Counts().queued(), 3);
  // The other by its failure.
  Lease(started_.trials[1], worker_);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.CompleteTrial(started_.trials[1], 1,
                                     SampleDivergence(17), now());
  }));
  EXPECT_EQ(Trial(4).state(), v1::Trial::DIVERGED);
  EXPECT_THAT(Trial(4).failure(), EqualsProto(Trial(2).failure()));
}

TEST_P(ReuseConformance, IsFailedWithTheOneThatWasLost) {
  ETALON_ASSERT_OK(AddAlike());
  const int attempt = Lease(started_.trials[0], worker_);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.RequeueTrial(started_.trials[0], attempt,
                                    v1::Attempt::LOST, "gone", now());
  }));
  EXPECT_EQ(Trial(3).state(), v1::Trial::QUEUED);
  const int second = Lease(started_.trials[0], worker_, "again");
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.FailLostTrial(
        started_.trials[0], second, "gone",
        SampleFailure(v1::Failure::WORKER_LOST, "lost twice"), now());
  }));
  EXPECT_EQ(Trial(3).state(), v1::Trial::FAILED);
  EXPECT_EQ(Trial(3).failure().message(), "lost twice");
}

TEST_P(ReuseConformance, EndsAtOnceWhereTheOtherHasEnded) {
  Finish(started_.trials[0], worker_, 0.75);
  ETALON_ASSERT_OK(AddAlike());
  EXPECT_EQ(Trial(3).state(), v1::Trial::SUCCEEDED);
  EXPECT_EQ(Trial(3).result().validation().accuracy(), 0.75);
  EXPECT_EQ(Trial(4).state(), v1::Trial::QUEUED);
  EXPECT_EQ(Counts().succeeded(), 2);
}

TEST_P(ReuseConformance, IsCancelledWithTheOther) {
  ETALON_ASSERT_OK(AddAlike());
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction
        .CancelQueued(started_.coarse, 2,
                      SampleFailure(v1::Failure::CANCELLED, "spent"), now())
        .status();
  }));
  // Trial 2, and with it 4; 5 by itself.
  EXPECT_EQ(Trial(3).state(), v1::Trial::QUEUED);
  EXPECT_EQ(Trial(4).state(), v1::Trial::CANCELLED);
  EXPECT_EQ(Trial(4).failure().message(), "spent");
  EXPECT_EQ(Trial(5).state(), v1::Trial::CANCELLED);
  EXPECT_EQ(Counts().cancelled(), 3);
  EXPECT_EQ(Counts().queued(), 2);
}

TEST_P(ReuseConformance, WhatIsAlikeIsFoundWithWhatItTrained) {
  ETALON_ASSERT_OK(AddAlike());
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    const auto alike = transaction.FindAlike(started_.search, -7);
    ETALON_RETURN_IF_ERROR(alike.status());
    EXPECT_THAT(*alike, SizeIs(1));
    EXPECT_EQ(alike->front().key.stage, started_.coarse);
    EXPECT_EQ(alike->front().key.configuration, 1);
    EXPECT_THAT(alike->front().trained, ElementsAre(2));
    EXPECT_THAT(alike->front().parameters,
                SizeIs(SampleConfigurations(2, 1)[1].parameters.size()));
    const auto none = transaction.FindAlike(started_.search, 0);
    ETALON_RETURN_IF_ERROR(none.status());
    EXPECT_THAT(*none, IsEmpty());
    const auto elsewhere = transaction.FindAlike(started_.search + 1, -7);
    ETALON_RETURN_IF_ERROR(elsewhere.status());
    EXPECT_THAT(*elsewhere, IsEmpty());
    return absl::OkStatus();
  }));
}

TEST_P(ReuseConformance, OneThatNothingStandsForIsRefused) {
  EXPECT_THAT(Write([&](Transaction& transaction) {
                NewConfiguration alike = SampleConfigurations(2, 3)[1];
                const ConfigurationKey first = {started_.coarse, 0};
                alike.same_as = {std::nullopt, std::nullopt, first};
                return transaction.AddConfigurations(started_.coarse, {alike},
                                                     now());
              }),
              StatusIs(absl::StatusCode::kInternal,
                       HasSubstr("has trained no replicate 2")));
}

}  // namespace
}  // namespace etalon::testing
