#include <gmock/gmock.h>

#include <optional>
#include <string>

#include "tests/storage/store_conformance.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

// Trials that wait at rungs, and the checkpoints that they go on from.

namespace etalon::testing {
namespace {

using ::testing::HasSubstr;

// Of the trial with this number.
v1::Trial Read(Reader& reader, int64_t number) {
  const auto trial = reader.GetTrial("alpha", number);
  GTEST_CHECK_(trial.ok()) << trial.status();
  return *trial;
}

}  // namespace

absl::Status StoreConformance::AppendCheckpoint(TrialId trial, int attempt,
                                                int64_t size_bytes,
                                                int64_t offset,
                                                const std::string& data) {
  return Write([&](Transaction& transaction) {
    return transaction.AppendCheckpoint(trial, attempt, size_bytes, offset,
                                        data);
  });
}

std::optional<CheckpointRecord> StoreConformance::FindCheckpoint(TrialId trial,
                                                                 int attempt) {
  std::optional<CheckpointRecord> checkpoint;
  ETALON_EXPECT_OK(Write([&](Transaction& transaction) -> absl::Status {
    auto found = transaction.FindCheckpoint(trial, attempt);
    if (found.ok()) checkpoint = *found;
    return found.status();
  }));
  return checkpoint;
}

int StoreConformance::Suspend(TrialId trial, WorkerId worker, int64_t update,
                              double accuracy, const std::string& data) {
  const int attempt = Lease(trial, worker);
  ETALON_EXPECT_OK(AppendCheckpoint(
      trial, attempt, static_cast<int64_t>(data.size()), 0, data));
  ETALON_EXPECT_OK(Write([&](Transaction& transaction) -> absl::Status {
    TrialEnd end = SampleSuccess(accuracy);
    end.state = v1::Trial::SUSPENDED;
    end.result = SampleMeasurement(update, accuracy);
    end.training_time = absl::Seconds(1);
    const absl::Status added =
        transaction.AddMeasurements(trial, attempt, {*end.result});
    return added.ok() ? transaction.SuspendTrial(trial, attempt, end, now())
                      : added;
  }));
  return attempt;
}

absl::Status StoreConformance::Promote(TrialId trial) {
  return Write([&](Transaction& transaction) {
    return transaction.PromoteTrial(trial, now());
  });
}

absl::Status StoreConformance::Stop(TrialId trial) {
  return Write([&](Transaction& transaction) {
    return transaction.StopTrial(trial, now());
  });
}

namespace {

TEST_P(StoreConformance, SuspendedTrialWaitsWithWhatItHas) {
  const Started started = StartSearch("alpha", 1);
  const WorkerId worker = AddWorker("host-1");
  const TrialId trial = started.trials[0];
  EXPECT_EQ(Suspend(trial, worker, 400, 0.4, "abc"), 1);
  Reopen();
  const std::unique_ptr<Reader> reader = NewReader();
  const v1::Trial read = Read(*reader, 1);
  EXPECT_EQ(read.state(), v1::Trial::SUSPENDED);
  EXPECT_EQ(read.rung(), 0);
  EXPECT_FALSE(read.has_result());
  EXPECT_FALSE(read.has_end_time());
  ASSERT_EQ(read.measurements_size(), 1);
  EXPECT_EQ(read.measurements(0).update(), 400);
  ASSERT_EQ(read.attempts_size(), 1);
  EXPECT_EQ(read.attempts(0).state(), v1::Attempt::SUSPENDED);
  EXPECT_EQ(reader->GetSearch("alpha")->counts().suspended(), 1);
  ETALON_EXPECT_OK(Write([&](Transaction& transaction) -> absl::Status {
    auto rung = transaction.FindRung(trial, 1);
    if (!rung.ok()) return rung.status();
    EXPECT_TRUE(rung->has_value());
    if (!rung->has_value()) return absl::OkStatus();
    EXPECT_EQ((*rung)->worker, worker);
    EXPECT_EQ((*rung)->end.state, v1::Trial::SUSPENDED);
    EXPECT_EQ((*rung)->end.training_time, absl::Seconds(1));
    EXPECT_EQ((*rung)->end.fusion->width(), 10);
    EXPECT_THAT(*(*rung)->end.result, EqualsProto(SampleMeasurement(400, 0.4)));
    EXPECT_FALSE(transaction.FindRung(trial, 2)->has_value());
    EXPECT_FALSE(transaction.FindRung(started.trials[1], 1)->has_value());
    // It has not ended.
    EXPECT_FALSE(transaction.FindEnd(trial)->has_value());
    return absl::OkStatus();
  }));
}

TEST_P(StoreConformance, PromotedTrialGoesOnFromItsCheckpoint) {
  const Started started = StartSearch("alpha", 1);
  const WorkerId worker = AddWorker("host-1");
  const TrialId trial = started.trials[0];
  EXPECT_EQ(Record(trial).suspended_attempt, 0);
  Suspend(trial, worker, 400, 0.4, "abc");
  ETALON_ASSERT_OK(Promote(trial));
  TrialDetails record = Record(trial);
  EXPECT_EQ(record.state, v1::Trial::QUEUED);
  EXPECT_EQ(record.rung, 1);
  EXPECT_EQ(record.suspended_attempt, 1);
  EXPECT_EQ(FindCheckpoint(trial, 1)->size_bytes, 3);

  // The next rung's takes its place once it is there, and not before.
  const int attempt = Lease(trial, worker);
  ETALON_ASSERT_OK(AppendCheckpoint(trial, attempt, 4, 0, "de"));
  EXPECT_EQ(FindCheckpoint(trial, attempt)->stored_bytes, 2);
  EXPECT_EQ(FindCheckpoint(trial, 1)->stored_bytes, 3);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.RequeueTrial(trial, attempt, v1::Attempt::LOST, "",
                                    now());
  }));
  EXPECT_FALSE(FindCheckpoint(trial, attempt).has_value());
  EXPECT_EQ(FindCheckpoint(trial, 1)->stored_bytes, 3);
  record = Record(trial);
  EXPECT_EQ(record.rung, 1);
  EXPECT_EQ(record.suspended_attempt, 1);
  EXPECT_EQ(record.lost_count, 1);

  EXPECT_EQ(Suspend(trial, worker, 1200, 0.5, "fghi"), 3);
  EXPECT_FALSE(FindCheckpoint(trial, 1).has_value());
  EXPECT_EQ(FindCheckpoint(trial, 3)->stored_bytes, 4);
  ETALON_ASSERT_OK(Promote(trial));
  EXPECT_EQ(Record(trial).rung, 2);
  EXPECT_EQ(Record(trial).suspended_attempt, 3);
  Finish(trial, worker, 0.75);
  EXPECT_FALSE(FindCheckpoint(trial, 3).has_value());
  EXPECT_EQ(NewReader()->GetSearch("alpha")->counts().succeeded(), 1);
}

TEST_P(StoreConformance, TrainingTimeAddsUpOverTheRungs) {
  const Started started = StartSearch("alpha", 1);
  const WorkerId worker = AddWorker("host-1");
  for (const TrialId trial : started.trials) {
    Suspend(trial, worker, 400, 0.4, "abc");
    ETALON_ASSERT_OK(Promote(trial));
    Suspend(trial, worker, 1200, 0.5, "abc");
  }
  ETALON_ASSERT_OK(Promote(started.trials[0]));
  Finish(started.trials[0], worker, 0.75);
  ETALON_ASSERT_OK(Stop(started.trials[1]));
  const std::unique_ptr<Reader> reader = NewReader();
  EXPECT_EQ(Read(*reader, 1).training_time().seconds(), 4);
  EXPECT_EQ(Read(*reader, 1).training_time().nanos(), 600'000'001);
  EXPECT_EQ(Read(*reader, 2).training_time().seconds(), 2);
  // A repeat is compared with what the attempt itself said.
  ETALON_EXPECT_OK(Write([&](Transaction& transaction) -> absl::Status {
    EXPECT_EQ((*transaction.FindEnd(started.trials[0]))->end.training_time,
              SampleSuccess(0.75).training_time);
    EXPECT_EQ((*transaction.FindRung(started.trials[1], 2))->end.training_time,
              absl::Seconds(1));
    return absl::OkStatus();
  }));
}

TEST_P(StoreConformance, StoppedTrialHasTheResultOfItsRung) {
  const Started started = StartSearch("alpha", 1);
  const WorkerId worker = AddWorker("host-1");
  const TrialId trial = started.trials[0];
  Suspend(trial, worker, 400, 0.4, "abc");
  ETALON_ASSERT_OK(Promote(trial));
  Suspend(trial, worker, 1200, 0.5, "abc");
  clock_.Advance(absl::Seconds(5));
  ETALON_ASSERT_OK(Stop(trial));
  EXPECT_FALSE(FindCheckpoint(trial, 2).has_value());
  const std::unique_ptr<Reader> reader = NewReader();
  const v1::Trial read = Read(*reader, 1);
  EXPECT_EQ(read.state(), v1::Trial::STOPPED);
  EXPECT_EQ(read.rung(), 1);
  EXPECT_THAT(read.result(), EqualsProto(SampleMeasurement(1200, 0.5)));
  EXPECT_EQ(read.fusion().width(), 10);
  EXPECT_EQ(read.end_time().seconds(), absl::ToUnixSeconds(now()));
  EXPECT_FALSE(read.has_failure());
  EXPECT_EQ(read.measurements_size(), 1);
  const auto search = reader->GetSearch("alpha");
  EXPECT_EQ(search->counts().stopped(), 1);
  EXPECT_EQ(search->counts().suspended(), 0);
}

TEST_P(StoreConformance, OnlySuspendedTrialsLeaveTheirRungs) {
  const Started started = StartSearch("alpha", 1);
  const WorkerId worker = AddWorker("host-1");
  const TrialId trial = started.trials[0];
  const auto refused =
      StatusIs(absl::StatusCode::kInternal, HasSubstr("not SUSPENDED"));
  EXPECT_THAT(Promote(trial), refused);
  EXPECT_THAT(Stop(trial), refused);
  Suspend(trial, worker, 400, 0.4, "abc");
  ETALON_ASSERT_OK(Stop(trial));
  EXPECT_THAT(Promote(trial), refused);
  EXPECT_THAT(Stop(trial), refused);
  EXPECT_THAT(Promote(99),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("99")));
  // Nor does a trial come to a rung but from its work, and with a result.
  TrialEnd end = SampleSuccess(0.4);
  const auto suspend = [&](TrialId id) {
    return Write([&](Transaction& transaction) {
      return transaction.SuspendTrial(id, 1, end, now());
    });
  };
  EXPECT_THAT(suspend(started.trials[1]),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("RUNNING")));
  Lease(started.trials[1], worker);
  end.result.reset();
  EXPECT_THAT(suspend(started.trials[1]),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("result")));
}

TEST_P(StoreConformance, TrialsOfAStageAreListedWithTheirRungs) {
  const Started started = StartSearch("alpha", 2);
  const WorkerId worker = AddWorker("host-1");
  Suspend(started.trials[0], worker, 400, 0.4, "a");
  ETALON_ASSERT_OK(Promote(started.trials[0]));
  Suspend(started.trials[0], worker, 1200, 0.6, "a");
  Suspend(started.trials[1], worker, 400, 0.3, "a");
  ETALON_ASSERT_OK(Stop(started.trials[1]));
  Finish(started.trials[2], worker, 0.7);
  std::vector<RungTrial> trials;
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    auto listed = transaction.ListRungTrials(started.coarse);
    if (listed.ok()) trials = *listed;
    return listed.status();
  }));
  ASSERT_EQ(trials.size(), 4);
  EXPECT_EQ(trials[0].id, started.trials[0]);
  EXPECT_EQ(trials[0].number, 1);
  EXPECT_EQ(trials[0].state, v1::Trial::SUSPENDED);
  EXPECT_EQ(trials[0].rung, 1);
  EXPECT_EQ(trials[0].validation_accuracy, 0.6);
  EXPECT_EQ(trials[1].state, v1::Trial::STOPPED);
  EXPECT_EQ(trials[1].rung, 0);
  EXPECT_EQ(trials[1].validation_accuracy, 0.3);
  EXPECT_EQ(trials[2].configuration, 1);
  EXPECT_EQ(trials[2].validation_accuracy, 0.7);
  EXPECT_EQ(trials[2].parameters.size(), 4);
  EXPECT_EQ(trials[3].state, v1::Trial::QUEUED);
  EXPECT_EQ(trials[3].validation_accuracy, std::nullopt);
}

TEST_P(StoreConformance, CheckpointIsReadAsItWasStored) {
  const Started started = StartSearch("alpha", 1);
  const WorkerId worker = AddWorker("host-1");
  const TrialId trial = started.trials[0];
  const std::string bytes("\0\xff\n\0x\x80", 6);
  const int attempt = Lease(trial, worker);
  ETALON_ASSERT_OK(AppendCheckpoint(trial, attempt, 6, 0, bytes.substr(0, 4)));
  for (const absl::Status& status : {
           AppendCheckpoint(trial, attempt, 6, 0, "ab"),   // there already
           AppendCheckpoint(trial, attempt, 6, 5, "d"),    // a hole
           AppendCheckpoint(trial, attempt, 6, 4, "efg"),  // past the end
           AppendCheckpoint(trial, attempt, 7, 4, "e"),    // another size
       }) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal,
                                 HasSubstr("do not follow 4")));
  }
  ETALON_ASSERT_OK(AppendCheckpoint(trial, attempt, 6, 4, bytes.substr(4)));
  Reopen();
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    EXPECT_EQ(*transaction.ReadCheckpoint(trial, attempt, 0),
              bytes.substr(0, 4));
    EXPECT_EQ(*transaction.ReadCheckpoint(trial, attempt, 3),
              bytes.substr(3, 1));
    EXPECT_EQ(*transaction.ReadCheckpoint(trial, attempt, 4), bytes.substr(4));
    EXPECT_EQ(*transaction.ReadCheckpoint(trial, attempt, 6), "");
    EXPECT_EQ(*transaction.ReadCheckpoint(trial, 2, 0), "");
    return absl::OkStatus();
  }));
}

TEST_P(StoreConformance, TrialThatEndsTakesItsCheckpointsAlong) {
  const Started started = StartSearch("alpha", 2);
  const WorkerId worker = AddWorker("host-1");
  for (const TrialId trial : started.trials) {
    Suspend(trial, worker, 400, 0.4, "abc");
  }
  // Diverged, lost for good, waiting, and queued again when it is cancelled.
  for (const int i : {0, 1, 3}) ETALON_ASSERT_OK(Promote(started.trials[i]));
  for (const int i : {0, 1}) {
    EXPECT_EQ(Lease(started.trials[i], worker), 2);
    ETALON_ASSERT_OK(AppendCheckpoint(started.trials[i], 2, 6, 0, "ab"));
  }
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.CompleteTrial(started.trials[0], 2, SampleDivergence(17),
                                     now());
  }));
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.FailLostTrial(
        started.trials[1], 2, "",
        SampleFailure(v1::Failure::WORKER_LOST, "lost"), now());
  }));
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.CancelOpenTrials(
        started.search, SampleFailure(v1::Failure::CANCELLED, "by a user"),
        now());
  }));
  for (const TrialId trial : started.trials) {
    EXPECT_FALSE(FindCheckpoint(trial, 1).has_value()) << trial;
    EXPECT_FALSE(FindCheckpoint(trial, 2).has_value()) << trial;
  }
  EXPECT_EQ(NewReader()->GetSearch("alpha")->counts().cancelled(), 2);
}

TEST_P(DeletionConformance, RungsGoWithTheirSearch) {
  const Started started = StartSearch("alpha", 1);
  const WorkerId worker = AddWorker("host-1");
  Suspend(started.trials[0], worker, 400, 0.4, "abc");
  ETALON_ASSERT_OK(Promote(started.trials[0]));
  Finish(started.trials[0], worker, 0.5);
  Suspend(started.trials[1], worker, 400, 0.4, "abc");
  ETALON_ASSERT_OK(Stop(started.trials[1]));
  ETALON_ASSERT_OK(Delete(started.search));
  PurgeAll(2);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    EXPECT_FALSE(transaction.FindRung(started.trials[0], 1)->has_value());
    EXPECT_FALSE(transaction.FindRung(started.trials[1], 1)->has_value());
    return absl::OkStatus();
  }));
}

}  // namespace
}  // namespace etalon::testing
