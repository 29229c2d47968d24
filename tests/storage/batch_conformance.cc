#include <gmock/gmock.h>

#include "common/status_macros.h"
#include "tests/storage/store_conformance.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

// What Write and the readers promise of whole transactions.

namespace etalon::testing {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_P(StoreConformance, GenerationIsThatOfTheFirstOpening) {
  const uint64_t generation = store_->database_generation();
  EXPECT_NE(generation, 0u);
  Reopen();
  EXPECT_EQ(store_->database_generation(), generation);
}

TEST_P(StoreConformance, EmptyBatchHasNoStatuses) {
  EXPECT_THAT(store_->Write({}), IsEmpty());
}

TEST_P(StoreConformance, OperationThatFailsLeavesNoTraceAndTheOthersGoOn) {
  const auto insert = [this](const std::string& name, absl::Status then) {
    return [this, name, then](Transaction& transaction) {
      auto search =
          transaction.InsertSearch(SampleSpec(name), v1::Search::RUNNING,
                                   SampleStages(), "request-" + name, now());
      return search.ok() ? then : search.status();
    };
  };
  const std::vector<absl::Status> statuses = store_->Write(
      {insert("alpha", absl::OkStatus()),
       insert("beta", absl::AbortedError("changed my mind")),
       insert("alpha", absl::OkStatus()), insert("gamma", absl::OkStatus())});
  EXPECT_THAT(
      statuses,
      ElementsAre(IsOk(), StatusIs(absl::StatusCode::kAborted, HasSubstr("my")),
                  StatusIs(absl::StatusCode::kAlreadyExists, _), IsOk()));
  Reopen();
  ETALON_ASSERT_OK_AND_ASSIGN(const Page<v1::Search> page,
                              NewReader()->ListSearches({}));
  ASSERT_EQ(page.items.size(), 2u);
  EXPECT_EQ(page.items[0].name(), "searches/gamma");
  EXPECT_EQ(page.items[1].name(), "searches/alpha");
  ETALON_ASSERT_OK(Write([](Transaction& transaction) -> absl::Status {
    auto request = transaction.FindRequest("request-beta");
    EXPECT_TRUE(request.ok() && !request->has_value());
    return request.status();
  }));
}

TEST_P(StoreConformance, StepThatFailsIsUndoneAlone) {
  const auto insert = [this](Transaction& transaction, const std::string& name,
                             absl::Status then) {
    auto search =
        transaction.InsertSearch(SampleSpec(name), v1::Search::RUNNING,
                                 SampleStages(), "request-" + name, now());
    return search.ok() ? then : search.status();
  };
  absl::Status failed;
  absl::Status inner;
  absl::Status good;
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    ETALON_RETURN_IF_ERROR(insert(transaction, "alpha", absl::OkStatus()));
    ETALON_RETURN_IF_ERROR(transaction.Try(
        [&]() -> absl::Status {
          ETALON_RETURN_IF_ERROR(transaction.Try(
              [&] { return insert(transaction, "beta", absl::OkStatus()); },
              &inner));
          return insert(transaction, "gamma", absl::AbortedError("undo both"));
        },
        &failed));
    return transaction.Try(
        [&]() -> absl::Status {
          // What was undone does not stand in the way.
          return insert(transaction, "beta", absl::OkStatus());
        },
        &good);
  }));
  EXPECT_THAT(failed, StatusIs(absl::StatusCode::kAborted, _));
  EXPECT_THAT(inner, IsOk());
  EXPECT_THAT(good, IsOk());
  ETALON_ASSERT_OK_AND_ASSIGN(const Page<v1::Search> page,
                              NewReader()->ListSearches({}));
  ASSERT_EQ(page.items.size(), 2u);
  EXPECT_EQ(page.items[0].name(), "searches/beta");
  EXPECT_EQ(page.items[1].name(), "searches/alpha");
}

TEST_P(StoreConformance, OperationThatSucceedsWithAFailedStepIsCommitted) {
  absl::Status failed;
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    ETALON_RETURN_IF_ERROR(transaction.Try(
        [&] { return absl::NotFoundError("changed nothing"); }, &failed));
    return transaction
        .InsertSearch(SampleSpec("alpha"), v1::Search::RUNNING, SampleStages(),
                      "", now())
        .status();
  }));
  EXPECT_THAT(failed, StatusIs(absl::StatusCode::kNotFound, _));
  ETALON_EXPECT_OK(NewReader()->GetSearch("alpha"));
}

TEST_P(StoreConformance, OperationSeesWhatThoseBeforeItWrote) {
  const Started started = StartSearch("alpha", 1);
  const WorkerId worker = AddWorker("host-1");
  v1::Trial seen;
  const std::vector<absl::Status> statuses =
      store_->Write({[&](Transaction& transaction) {
                       return transaction.LeaseTrial(started.trials[0], 1,
                                                     worker, "r", now());
                     },
                     [&](Transaction& transaction) {
                       auto trial = transaction.GetTrial("alpha", 1);
                       if (trial.ok()) seen = *trial;
                       return trial.status();
                     }});
  EXPECT_THAT(statuses, ElementsAre(IsOk(), IsOk()));
  EXPECT_EQ(seen.state(), v1::Trial::RUNNING);
}

TEST_P(StoreConformance, CountsAreSeenInTheTransactionThatChangesThem) {
  const Started started = StartSearch("alpha", 1);  // two trials
  const WorkerId worker = AddWorker("host-1");
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    for (const TrialId trial : started.trials) {
      ETALON_RETURN_IF_ERROR(
          transaction.LeaseTrial(trial, 1, worker, "r", now()));
    }
    EXPECT_EQ(*transaction.CountRunning(started.coarse), 2);
    ETALON_RETURN_IF_ERROR(transaction.CompleteTrial(
        started.trials[0], 1, SampleSuccess(0.5), now()));
    EXPECT_EQ(*transaction.CountRunning(started.coarse), 1);
    EXPECT_TRUE(*transaction.StageHasOpenTrials(started.coarse));
    EXPECT_EQ(transaction.GetSearch("alpha")->counts().succeeded(), 1);
    EXPECT_EQ(transaction.GetWorker(worker)->completed_trials(), 1);
    ETALON_RETURN_IF_ERROR(transaction.CompleteTrial(
        started.trials[1], 1, SampleDivergence(3), now()));
    EXPECT_FALSE(*transaction.StageHasOpenTrials(started.coarse));
    return absl::OkStatus();
  }));
  const std::unique_ptr<Reader> reader = NewReader();
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Search search,
                              reader->GetSearch("alpha"));
  EXPECT_EQ(search.counts().succeeded(), 1);
  EXPECT_EQ(search.counts().diverged(), 1);
  EXPECT_EQ(search.counts().running(), 0);
  ETALON_ASSERT_OK_AND_ASSIGN(const Page<v1::Worker> workers,
                              reader->ListWorkers({}));
  EXPECT_EQ(workers.items[0].completed_trials(), 2);
}

TEST_P(StoreConformance, CountsOfAStepThatFailsAreUndoneWithIt) {
  const Started started = StartSearch("alpha", 1);
  const WorkerId worker = AddWorker("host-1");
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    ETALON_RETURN_IF_ERROR(
        transaction.LeaseTrial(started.trials[0], 1, worker, "r", now()));
    absl::Status undone;
    ETALON_RETURN_IF_ERROR(transaction.Try(
        [&]() -> absl::Status {
          ETALON_RETURN_IF_ERROR(transaction.CompleteTrial(
              started.trials[0], 1, SampleSuccess(0.5), now()));
          ETALON_RETURN_IF_ERROR(
              transaction.LeaseTrial(started.trials[1], 1, worker, "r", now()));
          return absl::AbortedError("changed my mind");
        },
        &undone));
    EXPECT_EQ(*transaction.CountRunning(started.coarse), 1);
    return transaction.RequeueTrial(started.trials[0], 1, v1::Attempt::RETURNED,
                                    "", now());
  }));
  const std::unique_ptr<Reader> reader = NewReader();
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Search search,
                              reader->GetSearch("alpha"));
  EXPECT_EQ(search.counts().queued(), 2);
  EXPECT_EQ(search.counts().running(), 0);
  EXPECT_EQ(search.counts().succeeded(), 0);
  ETALON_ASSERT_OK_AND_ASSIGN(const Page<v1::Worker> workers,
                              reader->ListWorkers({}));
  EXPECT_EQ(workers.items[0].completed_trials(), 0);
}

TEST_P(StoreConformance, ReaderSeesNothingOfATransactionThatIsOpen) {
  const Started started = StartSearch("alpha", 1);
  const WorkerId worker = AddWorker("host-1");
  const std::unique_ptr<Reader> reader = NewReader();
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    const absl::Status leased =
        transaction.LeaseTrial(started.trials[0], 1, worker, "r", now());
    auto during = reader->GetTrial("alpha", 1);
    EXPECT_TRUE(during.ok() && during->state() == v1::Trial::QUEUED);
    return leased;
  }));
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial after,
                              reader->GetTrial("alpha", 1));
  EXPECT_EQ(after.state(), v1::Trial::RUNNING);
}

TEST_P(StoreConformance, EverythingIsThereAfterReopening) {
  const Started started = StartSearch("alpha", 2);
  const WorkerId worker = AddWorker("host-1");
  Finish(started.trials[0], worker, 0.25);
  Lease(started.trials[1], worker);
  const auto read = [this] {
    const std::unique_ptr<Reader> reader = NewReader();
    std::vector<std::string> texts;
    const auto search = reader->GetSearch("alpha");
    EXPECT_THAT(search, IsOk());
    texts.push_back(search->DebugString());
    for (int number = 1; number <= 4; ++number) {
      const auto trial = reader->GetTrial("alpha", number);
      EXPECT_THAT(trial, IsOk());
      texts.push_back(trial->DebugString());
    }
    return texts;
  };
  const std::vector<std::string> before = read();
  Reopen();
  EXPECT_EQ(read(), before);
}

}  // namespace
}  // namespace etalon::testing
