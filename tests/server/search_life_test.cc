// How a search runs from its creation to its end.

#include <gmock/gmock.h>

#include <set>

#include "tests/server/coordinator_harness.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::CoordinatorHarness;
using ::etalon::testing::EqualsProto;
using ::etalon::testing::ParseTextProto;
using ::etalon::testing::RandomSpec;
using ::etalon::testing::RefiningSpec;
using ::etalon::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class SearchLifeTest : public ::testing::Test {
 protected:
  SearchLifeTest() { worker_ = harness_.Register("worker"); }
  // Trains all that can be had; accuracies fall with the trial's number.
  int TrainAll() {
    int trained = 0;
    for (v1::LeaseTrialsResponse got = *harness_.Lease(worker_, 10);
         !got.trials().empty(); got = *harness_.Lease(worker_, 10)) {
      for (const v1::LeasedTrial& leased : got.trials()) {
        ++trained;
        EXPECT_TRUE(
            harness_.Complete(worker_, leased.token(), 1.0 / trained).ok());
      }
    }
    return trained;
  }

  CoordinatorHarness harness_;
  std::string worker_;
};

TEST_F(SearchLifeTest, FirstStageStartsAtOnce) {
  const v1::Search search = *harness_.Create(RefiningSpec("s", 4, 3));
  EXPECT_EQ(search.name(), "searches/s");
  EXPECT_EQ(search.state(), v1::Search::RUNNING);
  ASSERT_THAT(search.stages(), SizeIs(3));
  EXPECT_EQ(search.stages(0).state(), v1::Stage::RUNNING);
  EXPECT_THAT(search.stages(0).box(), SizeIs(2));
  EXPECT_EQ(search.stages(1).state(), v1::Stage::PENDING);
  EXPECT_EQ(search.stages(1).planned_trials(), 3);
  EXPECT_EQ(search.counts().queued(), 4);
}

TEST_F(SearchLifeTest, AZoomRunsAsTheStagesThatItStandsFor) {
  v1::SearchSpec spec = RandomSpec("s", 8);
  const std::string name = spec.stages(0).name();
  *spec.mutable_stages(0)->mutable_sample() =
      ParseTextProto<v1::Sample>("sobol { count: 8 }");
  *spec.mutable_stages(0)->mutable_zoom() =
      ParseTextProto<v1::Zoom>("rounds: 3 top: 2");
  const v1::Search created = *harness_.Create(spec, "request");
  ASSERT_THAT(created.stages(), SizeIs(3));
  EXPECT_EQ(created.stages(0).name(), "searches/s/stages/" + name + "-1");
  EXPECT_EQ(created.stages(2).name(), "searches/s/stages/" + name);
  EXPECT_EQ(created.stages(2).planned_trials(), 8);
  EXPECT_EQ(TrainAll(), 24);
  const v1::Search done = harness_.GetSearch("s");
  EXPECT_EQ(done.state(), v1::Search::SUCCEEDED);
  // The same request again, which has the zoom as it was written.
  EXPECT_THAT(*harness_.Create(spec, "request"), EqualsProto(done));
}

TEST_F(SearchLifeTest, TrialsHaveTheParametersThatTheirConditionsLeave) {
  v1::SearchSpec spec = RandomSpec("s", 12);
  v1::Parameter& schedule = *spec.add_parameters();
  schedule.set_name("schedule");
  for (const char* form : {"constant", "cyclical"}) {
    schedule.mutable_categories()->add_values()->set_text(form);
  }
  v1::Parameter& step_size = *spec.add_parameters();
  step_size.set_name("schedule.cyclical.step_size");
  step_size.mutable_integer_range()->set_minimum(5);
  step_size.mutable_integer_range()->set_maximum(50);
  step_size.mutable_when()->set_parameter("schedule");
  step_size.mutable_when()->add_values()->set_text("cyclical");
  v1::Parameter& hidden = *spec.add_parameters();
  hidden.set_name("network.hidden");
  hidden.mutable_categories()->add_values()->set_text("20-10");
  ETALON_ASSERT_OK(harness_.Create(spec));
  std::set<bool> seen;
  const v1::LeaseTrialsResponse got = *harness_.Lease(worker_, 12);
  ASSERT_THAT(got.trials(), SizeIs(12));
  for (const v1::LeasedTrial& leased : got.trials()) {
    const v1::Training& training = leased.trial().training();
    const auto& parameters = leased.trial().parameters();
    const bool cyclical = training.schedule().has_cyclical();
    seen.insert(cyclical);
    EXPECT_THAT(parameters, SizeIs(cyclical ? 5 : 4));
    EXPECT_EQ(training.has_epochs() || training.has_updates(), !cyclical);
    EXPECT_THAT(training.network().hidden().values(), ElementsAre(20, 10));
    if (cyclical) {
      EXPECT_EQ(training.schedule().cyclical().step_size(),
                parameters[3].value().integer());
    }
    ETALON_EXPECT_OK(harness_.Complete(worker_, leased.token(), 0.5));
  }
  EXPECT_THAT(seen, SizeIs(2));
  // The database keeps what was handed out.
  const v1::Trial first = harness_.GetTrial("s", 1);
  const v1::Trial& handed_out = got.trials(0).trial();
  ASSERT_THAT(first.parameters(), SizeIs(handed_out.parameters_size()));
  for (int i = 0; i < first.parameters_size(); ++i) {
    EXPECT_THAT(first.parameters(i), EqualsProto(handed_out.parameters(i)));
  }
  EXPECT_EQ(harness_.GetSearch("s").state(), v1::Search::SUCCEEDED);
}

TEST_F(SearchLifeTest, StagesFollowEachOtherToTheEnd) {
  ETALON_ASSERT_OK(harness_.Create(RefiningSpec("s", 4, 3)));
  EXPECT_EQ(TrainAll(), 4 + 3 + 1);
  const v1::Search search = harness_.GetSearch("s");
  EXPECT_EQ(search.state(), v1::Search::SUCCEEDED);
  EXPECT_EQ(search.counts().succeeded(), 8);
  for (const v1::Stage& stage : search.stages()) {
    EXPECT_EQ(stage.state(), v1::Stage::COMPLETE);
  }
  const auto& coarse = search.stages(0).box(0).double_range();
  const auto& fine = search.stages(1).box(0).double_range();
  EXPECT_LT(fine.maximum() / fine.minimum(),
            coarse.maximum() / coarse.minimum())
      << "the box has narrowed";
  EXPECT_TRUE(harness_.GetTrial("s", 8).evaluate_test());
}

TEST_F(SearchLifeTest, NextStageWaitsForTheLastTrialOfThisOne) {
  ETALON_ASSERT_OK(harness_.Create(RefiningSpec("s", 2, 3)));
  const v1::LeaseTrialsResponse got = *harness_.Lease(worker_, 10);
  ASSERT_THAT(got.trials(), SizeIs(2));
  ETALON_ASSERT_OK(harness_.Complete(worker_, got.trials(0).token(), 0.5));
  EXPECT_THAT(harness_.Lease(worker_)->trials(), SizeIs(0));
  ETALON_ASSERT_OK(harness_.Complete(worker_, got.trials(1).token(), 0.5));
  EXPECT_THAT(harness_.Lease(worker_, 10)->trials(), SizeIs(3));
}

TEST_F(SearchLifeTest, FailsWhenThereIsNothingToRefine) {
  ETALON_ASSERT_OK(harness_.Create(RefiningSpec("s", 2, 3)));
  for (int i = 0; i < 2; ++i) {
    ETALON_ASSERT_OK(harness_.Fail(worker_, harness_.LeaseOne(worker_).token(),
                                   v1::Failure::DIVERGED));
  }
  const v1::Search search = harness_.GetSearch("s");
  EXPECT_EQ(search.state(), v1::Search::FAILED);
  EXPECT_THAT(search.message(), HasSubstr("'fine'"));
  EXPECT_THAT(search.message(), HasSubstr("'coarse'"));
  EXPECT_EQ(search.stages(0).state(), v1::Stage::COMPLETE);
  EXPECT_EQ(search.stages(1).state(), v1::Stage::SKIPPED);
  EXPECT_THAT(harness_.Lease(worker_)->trials(), SizeIs(0));
}

TEST_F(SearchLifeTest, FailsWhenNoTrialOfTheLastStageSucceeds) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 2)));
  for (int i = 0; i < 2; ++i) {
    ETALON_ASSERT_OK(harness_.Fail(worker_, harness_.LeaseOne(worker_).token(),
                                   v1::Failure::DIVERGED));
  }
  const v1::Search search = harness_.GetSearch("s");
  EXPECT_EQ(search.state(), v1::Search::FAILED);
  EXPECT_THAT(search.message(), HasSubstr("no trial of stage 'coarse'"));
  EXPECT_EQ(search.stages(0).state(), v1::Stage::COMPLETE);
}

TEST_F(SearchLifeTest, StageAdvancesWhenItsLastTrialIsLost) {
  v1::SearchSpec spec = RefiningSpec("s", 2, 3);
  spec.set_max_attempts(1);
  ETALON_ASSERT_OK(harness_.Create(spec));
  ETALON_ASSERT_OK(
      harness_.Complete(worker_, harness_.LeaseOne(worker_).token(), 0.5));
  harness_.LeaseOne(worker_);
  harness_.Elapse(CoordinatorHarness::kLease);
  EXPECT_EQ(harness_.GetSearch("s").stages(1).state(), v1::Stage::RUNNING);
}

TEST_F(SearchLifeTest, RestartResumesWithoutHelp) {
  ETALON_ASSERT_OK(harness_.Create(RefiningSpec("s", 4, 3)));
  ETALON_ASSERT_OK(
      harness_.Complete(worker_, harness_.LeaseOne(worker_).token(), 0.5));
  harness_.Restart();
  EXPECT_EQ(TrainAll(), 3 + 3 + 1);
  EXPECT_EQ(harness_.GetSearch("s").state(), v1::Search::SUCCEEDED);
}

TEST_F(SearchLifeTest, RepeatedCreationReturnsTheFirstSearch) {
  const v1::SearchSpec spec = RandomSpec("s", 3);
  ETALON_ASSERT_OK(harness_.Create(spec, "id"));
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Search again,
                              harness_.Create(spec, "id"));
  EXPECT_EQ(again.name(), "searches/s");
  EXPECT_EQ(again.counts().queued(), 3);
  harness_.Restart();
  ETALON_EXPECT_OK(harness_.Create(spec, "id"));
}

TEST_F(SearchLifeTest, RequestIdWithAnotherSpecIsRefused) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 3), "id"));
  EXPECT_THAT(
      harness_.Create(RandomSpec("s", 4), "id"),
      StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("another spec")));
}

TEST_F(SearchLifeTest, TakenNameIsRefusedWithTheWayOut) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 3), "one"));
  EXPECT_THAT(harness_.Create(RandomSpec("s", 3), "two"),
              StatusIs(absl::StatusCode::kAlreadyExists,
                       "searches/s already exists: choose another name"));
}

TEST_F(SearchLifeTest, PausedSearchHandsOutNothingUntilResumed) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 2)));
  const v1::LeasedTrial running = harness_.LeaseOne(worker_);
  EXPECT_EQ(harness_.Pause("searches/s")->state(), v1::Search::PAUSED);
  EXPECT_EQ(harness_.Pause("searches/s")->state(), v1::Search::PAUSED);
  EXPECT_THAT(harness_.Lease(worker_)->trials(), SizeIs(0));
  EXPECT_EQ(harness_.Heartbeat(worker_, running.token()),
            v1::Directive::CONTINUE);
  ETALON_EXPECT_OK(harness_.Complete(worker_, running.token(), 0.5))
      << "those at work go on";
  harness_.Restart();
  EXPECT_THAT(harness_.Lease(worker_)->trials(), SizeIs(0));
  EXPECT_EQ(harness_.Resume("searches/s")->state(), v1::Search::RUNNING);
  EXPECT_THAT(harness_.Lease(worker_)->trials(), SizeIs(1));
}

TEST_F(SearchLifeTest, SearchMayStartPaused) {
  v1::CreateSearchRequest request;
  *request.mutable_spec() = RandomSpec("s", 2);
  request.set_paused(true);
  EXPECT_EQ(
      harness_.Call<v1::Search>(&Coordinator::CreateSearch, request)->state(),
      v1::Search::PAUSED);
  EXPECT_THAT(harness_.Lease(worker_)->trials(), SizeIs(0));
}

TEST_F(SearchLifeTest, PausedSearchStaysPausedAcrossAStage) {
  ETALON_ASSERT_OK(harness_.Create(RefiningSpec("s", 1, 3)));
  const v1::LeasedTrial last = harness_.LeaseOne(worker_);
  ETALON_ASSERT_OK(harness_.Pause("searches/s"));
  ETALON_ASSERT_OK(harness_.Complete(worker_, last.token(), 0.5));
  EXPECT_EQ(harness_.GetSearch("s").state(), v1::Search::PAUSED);
  EXPECT_THAT(harness_.Lease(worker_)->trials(), SizeIs(0));
  ETALON_ASSERT_OK(harness_.Resume("searches/s"));
  EXPECT_THAT(harness_.Lease(worker_, 10)->trials(), SizeIs(3));
}

TEST_F(SearchLifeTest, CancelEndsEverythingAndTellsWorkers) {
  ETALON_ASSERT_OK(harness_.Create(RefiningSpec("s", 3, 3)));
  const v1::LeasedTrial running = harness_.LeaseOne(worker_);
  const v1::Search search = *harness_.Cancel("searches/s");
  EXPECT_EQ(search.state(), v1::Search::CANCELLED);
  EXPECT_EQ(search.counts().cancelled(), 3);
  EXPECT_EQ(search.stages(1).state(), v1::Stage::SKIPPED);
  EXPECT_EQ(harness_.Heartbeat(worker_, running.token()), v1::Directive::DROP);
  EXPECT_EQ(harness_.GetTrial("s", 1).attempts(0).state(),
            v1::Attempt::ABANDONED);
  EXPECT_EQ(harness_.GetTrial("s", 1).failure().reason(),
            v1::Failure::CANCELLED);
  EXPECT_EQ(harness_.Cancel("searches/s")->state(), v1::Search::CANCELLED);
}

TEST_F(SearchLifeTest, EndedSearchCannotBePausedResumedOrCancelled) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("s", 1)));
  TrainAll();
  for (const absl::StatusOr<v1::Search>& result :
       {harness_.Pause("searches/s"), harness_.Resume("searches/s"),
        harness_.Cancel("searches/s")}) {
    EXPECT_THAT(result, StatusIs(absl::StatusCode::kFailedPrecondition,
                                 HasSubstr("it is SUCCEEDED")));
  }
}

TEST_F(SearchLifeTest, UnknownSearchIsNotFound) {
  EXPECT_THAT(harness_.Pause("searches/nowhere"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("nowhere")));
}

TEST_F(SearchLifeTest, RunningSearchesTakeTurns) {
  for (const char* name : {"a", "b", "c"}) {
    ETALON_ASSERT_OK(harness_.Create(RandomSpec(name, 20)));
  }
  const std::set<std::string> all = {"searches/a/stages/coarse",
                                     "searches/b/stages/coarse",
                                     "searches/c/stages/coarse"};
  for (int round = 0; round < 10; ++round) {
    std::set<std::string> served;
    for (int i = 0; i < 3; ++i) {
      served.insert(harness_.LeaseOne(worker_).trial().stage());
    }
    EXPECT_EQ(served, all) << "in round " << round;
  }
}

TEST_F(SearchLifeTest, OneRequestGetsTrialsOfOneStage) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("a", 2)));
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("b", 2)));
  const v1::LeaseTrialsResponse got = *harness_.Lease(worker_, 10);
  ASSERT_THAT(got.trials(), SizeIs(2));
  EXPECT_EQ(got.trials(0).trial().stage(), got.trials(1).trial().stage());
}

TEST_F(SearchLifeTest, PausedSearchDoesNotTakeATurn) {
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("a", 2)));
  ETALON_ASSERT_OK(harness_.Create(RandomSpec("b", 2)));
  ETALON_ASSERT_OK(harness_.Pause("searches/a"));
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(harness_.LeaseOne(worker_).trial().name(), HasSubstr("/b/"));
  }
}

}  // namespace
}  // namespace etalon
