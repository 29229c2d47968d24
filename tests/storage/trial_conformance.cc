#include <gmock/gmock.h>

#include <limits>
#include <vector>

#include "tests/storage/store_conformance.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

// Trials and their ends.

namespace etalon::testing {
namespace {

using ::testing::HasSubstr;

TEST_P(StoreConformance, TrialComesBackAsItWasMade) {
  const Started started = StartSearch("alpha", 3);
  Reopen();
  const NewConfiguration made = SampleConfigurations(3, 2)[1];
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    auto found = transaction.FindTrial("alpha", 4);
    if (!found.ok()) return found.status();
    EXPECT_EQ(found->number, 4);
    EXPECT_EQ(found->state, v1::Trial::QUEUED);
    auto trial = transaction.GetTrialById(found->id);
    if (!trial.ok()) return trial.status();
    EXPECT_EQ(trial->id, started.trials[3]);
    EXPECT_EQ(trial->search, started.search);
    EXPECT_EQ(trial->stage, started.coarse);
    EXPECT_EQ(trial->search_name, "alpha");
    EXPECT_EQ(trial->number, 4);
    EXPECT_EQ(trial->configuration, 1);
    EXPECT_EQ(trial->replicate, 1);
    EXPECT_EQ(trial->state, v1::Trial::QUEUED);
    EXPECT_EQ(trial->attempt, 0);
    EXPECT_EQ(trial->lost_count, 0);
    EXPECT_EQ(trial->worker, 0);
    EXPECT_THAT(trial->seeds, EqualsProto(made.replicates[1]));
    EXPECT_EQ(trial->parameters.size(), made.parameters.size());
    for (size_t i = 0; i < made.parameters.size(); ++i) {
      EXPECT_THAT(trial->parameters[i], EqualsProto(made.parameters[i]));
    }
    return absl::OkStatus();
  }));
}

TEST_P(StoreConformance, UnknownTrialIsNotFound) {
  StartSearch("alpha", 1);
  const WorkerId worker = AddWorker("host-1");
  EXPECT_THAT(Write([](Transaction& transaction) {
                return transaction.FindTrial("alpha", 99).status();
              }),
              StatusIs(absl::StatusCode::kNotFound,
                       HasSubstr("searches/alpha/trials/99")));
  const std::vector<Store::Operation> operations = {
      [](Transaction& t) { return t.GetTrialById(99).status(); },
      [&](Transaction& t) { return t.LeaseTrial(99, 1, worker, "r", now()); },
      [&](Transaction& t) {
        return t.CompleteTrial(99, 1, SampleSuccess(0.5), now());
      },
      [](Transaction& t) {
        return t.AddMeasurements(99, 1, {SampleMeasurement(1, 0.5)});
      },
      [](Transaction& t) { return t.FindEnd(99).status(); },
      [&](Transaction& t) {
        return t.RequeueTrial(99, 1, v1::Attempt::LOST, "", now());
      },
      [&](Transaction& t) { return t.FailLostTrial(99, 1, "", {}, now()); },
  };
  for (const absl::Status& status : store_->Write(operations)) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound, HasSubstr("99")));
  }
}

TEST_P(StoreConformance, CompletedTrialHasItsEndToTheBit) {
  const Started started = StartSearch("alpha", 1);
  const WorkerId worker = AddWorker("host-1");
  const TrialId trial = started.trials[0];
  TrialEnd end = SampleSuccess(0.1 + 0.2);  // 0.30000000000000004
  end.result->mutable_train()->set_loss(std::numeric_limits<double>::min());
  end.result->mutable_test()->set_cost(std::numeric_limits<double>::max());
  Lease(trial, worker);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.CompleteTrial(trial, 1, end, now());
  }));
  Reopen();
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    auto found = transaction.FindEnd(trial);
    if (!found.ok()) return found.status();
    EXPECT_TRUE(found->has_value());
    EXPECT_EQ((*found)->attempt, 1);
    EXPECT_EQ((*found)->end.state, v1::Trial::SUCCEEDED);
    EXPECT_FALSE((*found)->end.failure.has_value());
    EXPECT_THAT(*(*found)->end.result, EqualsProto(*end.result));
    EXPECT_EQ((*found)->end.training_time, end.training_time);
    EXPECT_THAT(*(*found)->end.fusion, EqualsProto(*end.fusion));
    return absl::OkStatus();
  }));
  EXPECT_EQ(Record(trial).state, v1::Trial::SUCCEEDED);
}

TEST_P(StoreConformance, DivergedTrialKeepsItsFailureAndNoResult) {
  const Started started = StartSearch("alpha", 1);
  Lease(started.trials[0], AddWorker("host-1"));
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.CompleteTrial(started.trials[0], 1, SampleDivergence(17),
                                     now());
  }));
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    auto found = transaction.FindEnd(started.trials[0]);
    if (!found.ok()) return found.status();
    EXPECT_TRUE(found->has_value());
    EXPECT_EQ((*found)->end.state, v1::Trial::DIVERGED);
    EXPECT_THAT(*(*found)->end.failure,
                EqualsProto(*SampleDivergence(17).failure));
    EXPECT_FALSE((*found)->end.result.has_value());
    EXPECT_FALSE((*found)->end.fusion.has_value());
    return absl::OkStatus();
  }));
}

TEST_P(StoreConformance, CompletedTrialSaysHowItWasFused) {
  const Started started = StartSearch("alpha", 1);
  const WorkerId worker = AddWorker("host-1");
  TrialEnd apart = SampleSuccess(0.5);
  apart.fusion->set_width(1);
  apart.fusion->set_apart_because("their batch sizes differ: 20 ≠ 50");
  TrialEnd silent = SampleSuccess(0.5);
  silent.fusion.reset();
  const std::vector<TrialEnd> ends = {apart, silent};
  for (size_t i = 0; i < ends.size(); ++i) {
    Lease(started.trials[i], worker);
    ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
      return transaction.CompleteTrial(started.trials[i], 1, ends[i], now());
    }));
  }
  Reopen();
  ETALON_ASSERT_OK_AND_ASSIGN(const Page<v1::Trial> page,
                              NewReader()->ListTrials({.search = "alpha"}, {}));
  EXPECT_THAT(page.items.at(0).fusion(), EqualsProto(*apart.fusion));
  EXPECT_FALSE(page.items.at(1).has_fusion());
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial one,
                              NewReader()->GetTrial("alpha", 1));
  EXPECT_THAT(one.fusion(), EqualsProto(*apart.fusion));
}

TEST_P(StoreConformance, SecondCompletionIsRefusedAndChangesNothing) {
  const Started started = StartSearch("alpha", 1);
  const TrialId trial = started.trials[0];
  Finish(trial, AddWorker("host-1"), 0.5);
  EXPECT_THAT(Write([&](Transaction& transaction) {
                return transaction.CompleteTrial(trial, 1, SampleSuccess(0.9),
                                                 now());
              }),
              StatusIs(absl::StatusCode::kInternal,
                       HasSubstr("searches/alpha/trials/1 is SUCCEEDED")));
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial read,
                              NewReader()->GetTrial("alpha", 1));
  EXPECT_EQ(read.result().validation().accuracy(), 0.5);
}

TEST_P(StoreConformance, CompletionByAnEarlierAttemptIsRefused) {
  const Started started = StartSearch("alpha", 1);
  const TrialId trial = started.trials[0];
  const WorkerId worker = AddWorker("host-1");
  Lease(trial, worker);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.RequeueTrial(trial, 1, v1::Attempt::LOST, "silent",
                                    now());
  }));
  Lease(trial, worker);
  EXPECT_THAT(Write([&](Transaction& transaction) {
                return transaction.CompleteTrial(trial, 1, SampleSuccess(0.9),
                                                 now());
              }),
              StatusIs(absl::StatusCode::kInternal,
                       HasSubstr("after attempt 2, not RUNNING under "
                                 "attempt 1")));
  EXPECT_EQ(Record(trial).state, v1::Trial::RUNNING);
}

TEST_P(StoreConformance, OpenTrialHasNoAcceptedEnd) {
  const Started started = StartSearch("alpha", 1);
  Lease(started.trials[0], AddWorker("host-1"));
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    for (const TrialId trial : started.trials) {
      auto end = transaction.FindEnd(trial);
      EXPECT_TRUE(end.ok() && !end->has_value());
    }
    return absl::OkStatus();
  }));
}

TEST_P(StoreConformance, RequeuedTrialWaitsAgainAndCountsItsLosses) {
  const Started started = StartSearch("alpha", 1);
  const TrialId trial = started.trials[0];
  const WorkerId worker = AddWorker("host-1");
  const v1::Attempt::State ends[] = {v1::Attempt::LOST, v1::Attempt::RETURNED,
                                     v1::Attempt::LOST};
  for (const v1::Attempt::State state : ends) {
    const int attempt = Lease(trial, worker);
    clock_.Advance(absl::Seconds(30));
    ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
      return transaction.RequeueTrial(trial, attempt, state, "no data", now());
    }));
  }
  const TrialDetails record = Record(trial);
  EXPECT_EQ(record.state, v1::Trial::QUEUED);
  EXPECT_EQ(record.attempt, 3);
  EXPECT_EQ(record.lost_count, 2);
  EXPECT_EQ(record.worker, worker);
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial read,
                              NewReader()->GetTrial("alpha", 1));
  ASSERT_EQ(read.attempts_size(), 3);
  EXPECT_EQ(read.attempts(1).state(), v1::Attempt::RETURNED);
  EXPECT_EQ(read.attempts(1).message(), "no data");
  EXPECT_EQ(read.attempts(1).end_time().seconds() -
                read.attempts(1).start_time().seconds(),
            30);
  EXPECT_FALSE(read.has_end_time());
}

TEST_P(StoreConformance, WorkersThatATrialWasLostWithAreCountedOnceEach) {
  const Started started = StartSearch("alpha", 1);
  const TrialId trial = started.trials[0];
  const WorkerId first = AddWorker("host-1");
  const WorkerId second = AddWorker("host-2");
  const auto count = [&](WorkerId with) {
    int workers = 0;
    ETALON_EXPECT_OK(Write([&](Transaction& transaction) {
      const auto counted = transaction.CountWorkersLost(trial, with);
      if (counted.ok()) workers = *counted;
      return counted.status();
    }));
    return workers;
  };
  EXPECT_EQ(count(first), 1);
  const std::pair<WorkerId, v1::Attempt::State> ends[] = {
      {first, v1::Attempt::LOST},
      {first, v1::Attempt::LOST},
      {second, v1::Attempt::RETURNED},
      {second, v1::Attempt::LOST}};
  for (const auto& [worker, state] : ends) {
    const int attempt = Lease(trial, worker);
    ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
      return transaction.RequeueTrial(trial, attempt, state, "", now());
    }));
  }
  EXPECT_EQ(count(first), 2);
  EXPECT_EQ(count(AddWorker("host-3")), 3);
}

TEST_P(StoreConformance, QuarantineIsAReasonToFail) {
  const Started started = StartSearch("alpha", 1);
  Lease(started.trials[0], AddWorker("host-1"));
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.FailLostTrial(
        started.trials[0], 1, "no heartbeat",
        SampleFailure(v1::Failure::QUARANTINED, "three workers"), now());
  }));
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial read,
                              NewReader()->GetTrial("alpha", 1));
  EXPECT_EQ(read.failure().reason(), v1::Failure::QUARANTINED);
}

TEST_P(StoreConformance, TrialLostTooOftenIsFailed) {
  const Started started = StartSearch("alpha", 1);
  const TrialId trial = started.trials[0];
  Lease(trial, AddWorker("host-1"));
  const v1::Failure failure =
      SampleFailure(v1::Failure::WORKER_LOST, "lost with 1 worker");
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.FailLostTrial(trial, 1, "lease expired", failure, now());
  }));
  EXPECT_EQ(Record(trial).state, v1::Trial::FAILED);
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial read,
                              NewReader()->GetTrial("alpha", 1));
  EXPECT_THAT(read.failure(), EqualsProto(failure));
  EXPECT_EQ(read.attempts(0).state(), v1::Attempt::LOST);
  EXPECT_EQ(read.attempts(0).message(), "lease expired");
  EXPECT_TRUE(read.has_end_time());
  EXPECT_FALSE(read.has_result());
}

TEST_P(StoreConformance, CancelEndsWhatIsOpenAndLeavesWhatHasEnded) {
  const Started alpha = StartSearch("alpha", 2);
  const Started beta = StartSearch("beta", 1);
  const WorkerId worker = AddWorker("host-1");
  Finish(alpha.trials[0], worker, 0.5);
  Lease(alpha.trials[1], worker);
  Lease(beta.trials[0], worker);
  const v1::Failure failure =
      SampleFailure(v1::Failure::CANCELLED, "search cancelled");
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.CancelOpenTrials(alpha.search, failure, now());
  }));
  EXPECT_EQ(Record(alpha.trials[0]).state, v1::Trial::SUCCEEDED);
  EXPECT_EQ(Record(alpha.trials[1]).state, v1::Trial::CANCELLED);
  EXPECT_EQ(Record(alpha.trials[2]).state, v1::Trial::CANCELLED);
  EXPECT_EQ(Record(beta.trials[0]).state, v1::Trial::RUNNING);
  EXPECT_EQ(Record(beta.trials[1]).state, v1::Trial::QUEUED);
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial running,
                              NewReader()->GetTrial("alpha", 2));
  EXPECT_EQ(running.attempts(0).state(), v1::Attempt::ABANDONED);
  EXPECT_THAT(running.failure(), EqualsProto(failure));
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    auto leases = transaction.ListLeases();
    EXPECT_TRUE(leases.ok() && leases->size() == 1 &&
                leases->front().trial == beta.trials[0]);
    return leases.status();
  }));
}

}  // namespace
}  // namespace etalon::testing
