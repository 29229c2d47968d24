#include <gmock/gmock.h>

#include <limits>

#include "tests/storage/store_conformance.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

// Searches and stages.

namespace etalon::testing {
namespace {

using ::testing::HasSubstr;

TEST_P(StoreConformance, SearchComesBackAsItWasMade) {
  const Started started = StartSearch("alpha", 1);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    for (const auto& record : {transaction.FindSearch("alpha"),
                               transaction.GetSearchById(started.search)}) {
      if (!record.ok()) return record.status();
      EXPECT_EQ(record->id, started.search);
      EXPECT_THAT(record->spec, EqualsProto(SampleSpec("alpha")));
      EXPECT_EQ(record->state, v1::Search::RUNNING);
      EXPECT_FALSE(record->started);
    }
    return absl::OkStatus();
  }));
}

TEST_P(StoreConformance, SearchSpecWithANumberThatIsNotFiniteIsRefused) {
  v1::SearchSpec spec = SampleSpec("alpha");
  spec.mutable_training()->set_lambda(std::numeric_limits<double>::quiet_NaN());
  EXPECT_THAT(Write([&](Transaction& transaction) {
                return transaction
                    .InsertSearch(spec, v1::Search::RUNNING, SampleStages(), "",
                                  now())
                    .status();
              }),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("Training.lambda is nan")));
}

TEST_P(StoreConformance, NameThatIsTakenIsRefused) {
  StartSearch("alpha", 1);
  EXPECT_THAT(
      Write([&](Transaction& transaction) {
        return transaction
            .InsertSearch(SampleSpec("alpha"), v1::Search::RUNNING,
                          SampleStages(), "another-request", now())
            .status();
      }),
      StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("searches/alpha")));
}

TEST_P(StoreConformance, RequestFindsTheSearchItMade) {
  const Started alpha = StartSearch("alpha", 1);
  StartSearch("beta", 1);
  Reopen();
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    auto found = transaction.FindRequest("request-alpha");
    if (!found.ok()) return found.status();
    EXPECT_TRUE(found->has_value());
    EXPECT_EQ((*found)->id, alpha.search);
    auto unknown = transaction.FindRequest("request-gamma");
    if (!unknown.ok()) return unknown.status();
    EXPECT_FALSE(unknown->has_value());
    return absl::OkStatus();
  }));
}

TEST_P(StoreConformance, EmptyRequestIdIsNotRemembered) {
  for (const char* name : {"alpha", "beta"}) {
    ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
      return transaction
          .InsertSearch(SampleSpec(name), v1::Search::RUNNING, SampleStages(),
                        "", now())
          .status();
    }));
  }
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    auto found = transaction.FindRequest("");
    EXPECT_TRUE(found.ok() && !found->has_value());
    return found.status();
  }));
}

TEST_P(StoreConformance, UnknownSearchIsNotFound) {
  EXPECT_THAT(
      Write([](Transaction& transaction) {
        return transaction.FindSearch("alpha").status();
      }),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("searches/alpha")));
  const std::vector<Store::Operation> operations = {
      [](Transaction& t) { return t.GetSearchById(7).status(); },
      [this](Transaction& t) { return t.MarkSearchStarted(7, now()); },
      [this](Transaction& t) {
        return t.SetSearchState(7, v1::Search::PAUSED, "", now());
      },
      [](Transaction& t) { return t.ListStages(7).status(); },
      [](Transaction& t) { return t.GetStage(7).status(); },
      [this](Transaction& t) { return t.StartStage(7, {}, {}, now()); },
      [this](Transaction& t) { return t.CompleteStage(7, now()); },
      [this](Transaction& t) { return t.CancelOpenTrials(7, {}, now()); },
  };
  for (const absl::Status& status : store_->Write(operations)) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound, HasSubstr("7")));
  }
}

TEST_P(StoreConformance, OpenSearchesAreTheRunningAndThePausedOldestFirst) {
  const Started alpha = StartSearch("alpha", 1);
  const Started beta = StartSearch("beta", 1);
  const Started gamma = StartSearch("gamma", 1);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    EXPECT_TRUE(
        transaction.SetSearchState(alpha.search, v1::Search::PAUSED, "", now())
            .ok());
    EXPECT_TRUE(
        transaction
            .SetSearchState(beta.search, v1::Search::CANCELLED, "", now())
            .ok());
    auto open = transaction.ListOpenSearches();
    if (!open.ok()) return open.status();
    EXPECT_EQ(open->size(), 2u);
    EXPECT_EQ(open->at(0).id, alpha.search);
    EXPECT_EQ(open->at(0).state, v1::Search::PAUSED);
    EXPECT_EQ(open->at(1).id, gamma.search);
    return absl::OkStatus();
  }));
}

TEST_P(StoreConformance, SearchKeepsItsFirstStartTime) {
  const Started started = StartSearch("alpha", 1);
  const absl::Time first = now();
  for (int i = 0; i < 2; ++i) {
    ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
      return transaction.MarkSearchStarted(started.search, now());
    }));
    clock_.Advance(absl::Seconds(1));
  }
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Search search,
                              NewReader()->GetSearch("alpha"));
  EXPECT_EQ(search.start_time().seconds(), absl::ToUnixSeconds(first));
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    auto record = transaction.FindSearch("alpha");
    EXPECT_TRUE(record.ok() && record->started);
    return record.status();
  }));
}

TEST_P(StoreConformance, SearchThatEndsSkipsTheStagesThatDidNot) {
  const Started started = StartSearch("alpha", 1);
  clock_.Advance(absl::Seconds(5));
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    EXPECT_TRUE(transaction.CompleteStage(started.coarse, now()).ok());
    return transaction.SetSearchState(started.search, v1::Search::FAILED,
                                      "no result to build on", now());
  }));
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Search search,
                              NewReader()->GetSearch("alpha"));
  EXPECT_EQ(search.state(), v1::Search::FAILED);
  EXPECT_EQ(search.message(), "no result to build on");
  EXPECT_EQ(search.end_time().seconds(), absl::ToUnixSeconds(now()));
  EXPECT_EQ(search.stages(0).state(), v1::Stage::COMPLETE);
  EXPECT_EQ(search.stages(1).state(), v1::Stage::SKIPPED);
  EXPECT_FALSE(search.stages(1).has_end_time());
}

TEST_P(StoreConformance, PausedSearchHasNoEndTime) {
  const Started started = StartSearch("alpha", 1);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.SetSearchState(started.search, v1::Search::PAUSED, "",
                                      now());
  }));
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Search search,
                              NewReader()->GetSearch("alpha"));
  EXPECT_EQ(search.state(), v1::Search::PAUSED);
  EXPECT_FALSE(search.has_end_time());
  EXPECT_EQ(search.stages(0).state(), v1::Stage::RUNNING);
}

TEST_P(StoreConformance, StagesComeInOrderWithTheirBox) {
  const Started started = StartSearch("alpha", 1);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    auto stages = transaction.ListStages(started.search);
    if (!stages.ok()) return stages.status();
    EXPECT_EQ(stages->size(), 2u);
    const StageRecord& coarse = stages->at(0);
    EXPECT_EQ(coarse.search, started.search);
    EXPECT_EQ(coarse.position, 0);
    EXPECT_EQ(coarse.name, "coarse");
    EXPECT_EQ(coarse.state, v1::Stage::RUNNING);
    EXPECT_THAT(coarse.training, EqualsProto(SampleStages()[0].training));
    EXPECT_FALSE(coarse.evaluate_test);
    EXPECT_EQ(coarse.box.size(), SampleBox().size());
    for (size_t i = 0; i < coarse.box.size(); ++i) {
      EXPECT_THAT(coarse.box[i], EqualsProto(SampleBox()[i]));
    }
    const StageRecord& last = stages->at(1);
    EXPECT_EQ(last.position, 1);
    EXPECT_EQ(last.state, v1::Stage::PENDING);
    EXPECT_TRUE(last.evaluate_test);
    EXPECT_TRUE(last.box.empty());
    auto same = transaction.GetStage(last.id);
    EXPECT_TRUE(same.ok() && same->name == "final");
    return same.status();
  }));
}

TEST_P(StoreConformance, StageIsStartedOnce) {
  const Started started = StartSearch("alpha", 1);
  EXPECT_THAT(
      Write([&](Transaction& transaction) {
        return transaction.StartStage(started.coarse, {}, {}, now());
      }),
      StatusIs(absl::StatusCode::kInternal, HasSubstr("RUNNING, not PENDING")));
}

TEST_P(StoreConformance, TrialNumbersGoOnInTheNextStage) {
  const Started started = StartSearch("alpha", 2);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.StartStage(started.final, SampleBox(),
                                  SampleConfigurations(1, 1), now());
  }));
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial trial,
                              NewReader()->GetTrial("alpha", 5));
  EXPECT_EQ(trial.stage(), "searches/alpha/stages/final");
  EXPECT_TRUE(trial.evaluate_test());
}

TEST_P(StoreConformance, RunningStageGetsMoreConfigurations) {
  const Started started = StartSearch("alpha", 2);
  std::vector<NewConfiguration> more = SampleConfigurations(4, 1);
  more.erase(more.begin(), more.begin() + 2);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    auto next = transaction.NextConfiguration(started.coarse);
    EXPECT_TRUE(next.ok() && *next == 2) << next.status();
    return transaction.AddConfigurations(started.coarse, more, now());
  }));
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial trial,
                              NewReader()->GetTrial("alpha", 6));
  EXPECT_EQ(trial.configuration(), 3);
  EXPECT_EQ(trial.state(), v1::Trial::QUEUED);
  // Neither again, nor with a gap, nor for a stage that is not RUNNING.
  EXPECT_THAT(Write([&](Transaction& transaction) {
                return transaction.AddConfigurations(started.coarse, more,
                                                     now());
              }),
              StatusIs(absl::StatusCode::kInternal,
                       HasSubstr("configuration 2 of stage 'coarse' does not "
                                 "follow number 3")));
  EXPECT_THAT(
      Write([&](Transaction& transaction) {
        return transaction.AddConfigurations(started.final, more, now());
      }),
      StatusIs(absl::StatusCode::kInternal, HasSubstr("PENDING, not RUNNING")));
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    auto next = transaction.NextConfiguration(started.final);
    EXPECT_TRUE(next.ok() && *next == 0) << next.status();
    return next.status();
  }));
}

TEST_P(StoreConformance, ConfigurationThatIsNotFiniteIsRefused) {
  const Started started = StartSearch("alpha", 1);
  std::vector<NewConfiguration> configurations = SampleConfigurations(1, 1);
  configurations[0].eta = std::numeric_limits<double>::infinity();
  EXPECT_THAT(
      Write([&](Transaction& transaction) {
        return transaction.StartStage(started.final, {}, configurations, now());
      }),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("eta inf")));
}

TEST_P(StoreConformance, StageHasOpenTrialsUntilTheLastEnds) {
  const Started started = StartSearch("alpha", 1);
  const WorkerId worker = AddWorker("host-1");
  const auto has_open_trials = [&](StageId stage) {
    bool open = false;
    ETALON_EXPECT_OK(Write([&](Transaction& transaction) {
      auto answer = transaction.StageHasOpenTrials(stage);
      open = answer.ok() && *answer;
      return answer.status();
    }));
    return open;
  };
  EXPECT_FALSE(has_open_trials(started.final));
  EXPECT_TRUE(has_open_trials(started.coarse));
  Finish(started.trials[0], worker, 0.5);
  Lease(started.trials[1], worker);
  EXPECT_TRUE(has_open_trials(started.coarse));
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.CompleteTrial(started.trials[1], 1, SampleDivergence(3),
                                     now());
  }));
  EXPECT_FALSE(has_open_trials(started.coarse));
}

}  // namespace
}  // namespace etalon::testing
