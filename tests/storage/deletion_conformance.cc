#include <gmock/gmock.h>

#include "tests/storage/store_conformance.h"
#include "tests/support/status_matchers.h"

// Searches that are deleted.

namespace etalon::testing {
namespace {

using ::testing::HasSubstr;

}  // namespace

absl::Status DeletionConformance::Delete(SearchId search) {
  return Write([&](Transaction& transaction) {
    return transaction.DeleteSearch(search, now());
  });
}

int DeletionConformance::PurgeAll(int64_t max_rows) {
  bool more = true;
  int calls = 0;
  while (more && calls < 1000) {
    ++calls;
    const absl::Status status =
        Write([&](Transaction& transaction) -> absl::Status {
          const absl::StatusOr<bool> left = transaction.PurgeDeleted(max_rows);
          if (left.ok()) more = *left;
          return left.status();
        });
    EXPECT_THAT(status, IsOk());
    if (!status.ok()) break;
  }
  EXPECT_FALSE(more);
  return calls;
}

namespace {

TEST_P(DeletionConformance, DeletedSearchIsGoneAtOnceAndItsNameFree) {
  const Started started = StartSearch("alpha", 2);
  StartSearch("beta", 1);
  Finish(started.trials[0], AddWorker("host-1"), 0.5);
  ETALON_ASSERT_OK(Delete(started.search));
  const std::unique_ptr<Reader> reader = NewReader();
  const auto gone =
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("searches/alpha"));
  EXPECT_THAT(reader->GetSearch("alpha"), gone);
  EXPECT_THAT(reader->GetTrial("alpha", 1), gone);
  EXPECT_THAT(reader->ListTrials({.search = "alpha"}, {}), gone);
  EXPECT_THAT(reader->ListStageTrials("alpha", ""), gone);
  ETALON_ASSERT_OK_AND_ASSIGN(const Page<v1::Search> list,
                              reader->ListSearches({}));
  ASSERT_EQ(list.items.size(), 1u);
  EXPECT_EQ(list.items[0].name(), "searches/beta");

  const Started again = StartSearch("alpha", 1);
  EXPECT_NE(again.search, started.search);
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Search search,
                              NewReader()->GetSearch("alpha"));
  EXPECT_EQ(search.counts().queued(), 2);
}

TEST_P(DeletionConformance, RowsGoPieceByPieceAndOthersStay) {
  const WorkerId worker = AddWorker("host-1");
  const Started kept = StartSearch("kept", 2);
  FinishWithModel(worker, kept.trials[0], 0.5);
  const Started started = StartSearch("alpha", 20);
  for (const TrialId trial : started.trials) {
    FinishWithModel(worker, trial, 0.5);
  }
  for (const TrialId trial : {kept.trials[0], started.trials[0]}) {
    ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
      return transaction.AddMeasurements(trial, 1, {SampleMeasurement(1, 0.5)});
    }));
  }
  ETALON_ASSERT_OK(Delete(started.search));
  // Some six rows and two pieces of a model for each of forty trials.
  EXPECT_GT(PurgeAll(100), 40);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    EXPECT_THAT(transaction.GetTrialById(started.trials[0]),
                StatusIs(absl::StatusCode::kNotFound, ::testing::_));
    EXPECT_THAT(transaction.GetSearchById(started.search),
                StatusIs(absl::StatusCode::kNotFound, ::testing::_));
    EXPECT_THAT(transaction.GetStage(started.coarse),
                StatusIs(absl::StatusCode::kNotFound, ::testing::_));
    return absl::OkStatus();
  }));
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial trial,
                              NewReader()->GetTrial("kept", 1));
  EXPECT_EQ(trial.measurements_size(), 1);
  EXPECT_EQ(trial.model_size_bytes(), 6);
}

TEST_P(DeletionConformance, WhatIsLeftIsFoundAfterAReopening) {
  const Started started = StartSearch("alpha", 5);
  ETALON_ASSERT_OK(Delete(started.search));
  Reopen();
  EXPECT_EQ(PurgeAll(1'000'000), 1);
  EXPECT_EQ(PurgeAll(1'000'000), 1);  // finds nothing
}

TEST_P(DeletionConformance, RequestThatMadeItIsForgotten) {
  const Started started = StartSearch("alpha", 1);
  ETALON_ASSERT_OK(Delete(started.search));
  PurgeAll(1);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    const auto found = transaction.FindRequest("request-alpha");
    ETALON_EXPECT_OK(found);
    EXPECT_FALSE(found.ok() && found->has_value());
    return absl::OkStatus();
  }));
}

TEST_P(DeletionConformance, SearchThatIsNotThereIsNotFound) {
  EXPECT_THAT(Delete(77), StatusIs(absl::StatusCode::kNotFound, ::testing::_));
}

}  // namespace
}  // namespace etalon::testing
