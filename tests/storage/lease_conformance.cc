#include <gmock/gmock.h>

#include "common/status_macros.h"
#include "tests/storage/store_conformance.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

// Leases and workers.

namespace etalon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// (trial, attempt, worker) of leases.
using Rows = std::vector<std::tuple<TrialId, int, WorkerId>>;

absl::Status Collect(const absl::StatusOr<std::vector<LeaseRecord>>& leases,
                     Rows* rows) {
  if (!leases.ok()) return leases.status();
  for (const LeaseRecord& lease : *leases) {
    rows->emplace_back(lease.trial, lease.attempt, lease.worker);
  }
  return absl::OkStatus();
}

TEST_P(StoreConformance, QueuedTrialsComeByNumberUpToTheLimit) {
  const Started started = StartSearch("alpha", 3);
  Lease(started.trials[1], AddWorker("host-1"));
  std::vector<int64_t> numbers;
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    auto queued = transaction.ListQueued(started.search, 3);
    if (!queued.ok()) return queued.status();
    for (const TrialRecord& trial : *queued) numbers.push_back(trial.number);
    return absl::OkStatus();
  }));
  EXPECT_THAT(numbers, ElementsAre(1, 3, 4));
}

TEST_P(StoreConformance, QueuedTrialsAreCountedUpToTheLimit) {
  const Started started = StartSearch("alpha", 3);
  StartSearch("beta", 3);
  Lease(started.trials[1], AddWorker("host-1"));
  std::vector<int64_t> counts;
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    for (const int64_t limit : {4, 5, 6}) {
      const auto count = transaction.CountQueued(started.search, limit);
      if (!count.ok()) return count.status();
      counts.push_back(*count);
    }
    return absl::OkStatus();
  }));
  EXPECT_THAT(counts, ElementsAre(4, 5, 5));
}

TEST_P(StoreConformance, RunningTrialsOfTheStageAreCounted) {
  const Started started = StartSearch("alpha", 2);
  const Started other = StartSearch("beta", 1);
  const WorkerId worker = AddWorker("host-1");
  Lease(started.trials[0], worker);
  Lease(started.trials[3], worker);
  Lease(other.trials[0], worker);
  Finish(started.trials[1], worker, 0.5);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    ETALON_ASSIGN_OR_RETURN(const int64_t count,
                            transaction.CountRunning(started.coarse));
    EXPECT_EQ(count, 2);
    return absl::OkStatus();
  }));
}

TEST_P(StoreConformance, LeaseMakesTheTrialRunUnderANewAttempt) {
  const Started started = StartSearch("alpha", 1);
  const WorkerId worker = AddWorker("host-1");
  clock_.Advance(absl::Milliseconds(1500));
  EXPECT_EQ(Lease(started.trials[0], worker), 1);
  const TrialRecord record = Record(started.trials[0]);
  EXPECT_EQ(record.state, v1::Trial::RUNNING);
  EXPECT_EQ(record.attempt, 1);
  EXPECT_EQ(record.worker, worker);
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial read,
                              NewReader()->GetTrial("alpha", 1));
  EXPECT_EQ(read.attempt_count(), 1);
  EXPECT_EQ(read.worker(), "workers/1");
  EXPECT_EQ(read.start_time().nanos(), 500'000'000);
  ASSERT_EQ(read.attempts_size(), 1);
  EXPECT_EQ(read.attempts(0).state(), v1::Attempt::LEASED);
}

TEST_P(StoreConformance, TrialThatRunsIsNotLeasedAgain) {
  const Started started = StartSearch("alpha", 1);
  const WorkerId worker = AddWorker("host-1");
  Lease(started.trials[0], worker);
  EXPECT_THAT(Write([&](Transaction& transaction) {
                return transaction.LeaseTrial(started.trials[0], 2, worker,
                                              "other", now());
              }),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("is RUNNING")));
  EXPECT_EQ(Record(started.trials[0]).attempt, 1);
}

TEST_P(StoreConformance, AttemptsFollowOneAnother) {
  const Started started = StartSearch("alpha", 1);
  const WorkerId worker = AddWorker("host-1");
  for (const int attempt : {0, 2}) {
    EXPECT_THAT(Write([&](Transaction& transaction) {
                  return transaction.LeaseTrial(started.trials[0], attempt,
                                                worker, "r", now());
                }),
                StatusIs(absl::StatusCode::kInternal,
                         HasSubstr("is QUEUED after attempt 0")));
  }
}

TEST_P(StoreConformance, UnknownWorkerLeasesNothing) {
  const Started started = StartSearch("alpha", 1);
  EXPECT_THAT(Write([&](Transaction& transaction) {
                return transaction.LeaseTrial(started.trials[0], 1, 9, "r",
                                              now());
              }),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("workers/9")));
  EXPECT_EQ(Record(started.trials[0]).state, v1::Trial::QUEUED);
}

TEST_P(StoreConformance, LeasesAreFoundByRequestInTheOrderTheyWereMade) {
  const Started started = StartSearch("alpha", 2);
  const WorkerId first = AddWorker("host-1");
  const WorkerId second = AddWorker("host-2");
  Lease(started.trials[2], first, "request-1");
  Lease(started.trials[0], first, "request-1");
  Lease(started.trials[1], first, "request-2");
  Lease(started.trials[3], second, "request-1");
  Reopen();
  Rows rows, none, unnamed;
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return Collect(transaction.FindLeases(first, "request-1"), &rows);
  }));
  EXPECT_THAT(rows, ElementsAre(std::tuple(started.trials[2], 1, first),
                                std::tuple(started.trials[0], 1, first)));
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return Collect(transaction.FindLeases(second, "request-2"), &none);
  }));
  EXPECT_THAT(none, IsEmpty());
}

TEST_P(StoreConformance, LeaseWithoutARequestIdIsNotFoundByIt) {
  const Started started = StartSearch("alpha", 1);
  const WorkerId worker = AddWorker("host-1");
  Lease(started.trials[0], worker, "");
  Rows rows;
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return Collect(transaction.FindLeases(worker, ""), &rows);
  }));
  EXPECT_THAT(rows, IsEmpty());
}

TEST_P(StoreConformance, LeasesThatLiveAreListedByWorkerAndBySearch) {
  const Started alpha = StartSearch("alpha", 1);
  const Started beta = StartSearch("beta", 1);
  const WorkerId first = AddWorker("host-1");
  const WorkerId second = AddWorker("host-2");
  Lease(beta.trials[0], first);
  Lease(alpha.trials[1], second);
  Lease(alpha.trials[0], first);
  Finish(beta.trials[1], second, 0.5);  // its lease is over
  const std::tuple beta_1(beta.trials[0], 1, first);
  const std::tuple alpha_2(alpha.trials[1], 1, second);
  const std::tuple alpha_1(alpha.trials[0], 1, first);
  Rows all, of_first, in_alpha, in_beta;
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    EXPECT_TRUE(Collect(transaction.ListLeases(), &all).ok());
    EXPECT_TRUE(Collect(transaction.ListLeasesOf(first), &of_first).ok());
    EXPECT_TRUE(Collect(transaction.ListLeasesIn(beta.search), &in_beta).ok());
    return Collect(transaction.ListLeasesIn(alpha.search), &in_alpha);
  }));
  EXPECT_THAT(all, ElementsAre(beta_1, alpha_2, alpha_1));
  EXPECT_THAT(of_first, ElementsAre(beta_1, alpha_1));
  EXPECT_THAT(in_alpha, ElementsAre(alpha_2, alpha_1));
  EXPECT_THAT(in_beta, ElementsAre(beta_1));
}

TEST_P(StoreConformance, WorkerComesBackAsItRegistered) {
  v1::Capabilities capabilities;
  capabilities.set_version("0.1.0");
  capabilities.set_threads(2);
  v1::DatasetStatus& dataset = *capabilities.add_datasets();
  dataset.set_name("cifar10");
  dataset.set_message("data_batch_3.bin is 17 bytes short");
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.InsertWorker("host-1", "gpu-1", capabilities, "r", now())
        .status();
  }));
  const absl::Time registered = now();
  Reopen();
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    auto worker = transaction.GetWorker(1);
    if (!worker.ok()) return worker.status();
    EXPECT_EQ(worker->name(), "workers/1");
    EXPECT_EQ(worker->display_name(), "host-1");
    EXPECT_EQ(worker->owner(), "gpu-1");
    EXPECT_THAT(worker->capabilities(), EqualsProto(capabilities));
    EXPECT_EQ(worker->state(), v1::Worker::ALIVE);
    EXPECT_EQ(worker->register_time().seconds(),
              absl::ToUnixSeconds(registered));
    EXPECT_EQ(worker->last_seen_time().seconds(),
              absl::ToUnixSeconds(registered));
    return absl::OkStatus();
  }));
}

TEST_P(StoreConformance, RepeatedRegistrationIsTheSameWorker) {
  std::vector<WorkerId> workers;
  for (const char* request : {"r1", "r2", "r1", "", ""}) {
    ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
      auto worker = transaction.InsertWorker("host-1", "", {}, request, now());
      workers.push_back(worker.value_or(0));
      return worker.status();
    }));
  }
  EXPECT_THAT(workers, ElementsAre(1, 2, 1, 3, 4));
}

TEST_P(StoreConformance, OwnersAreListedUntilTheirWorkersSayGoodbye) {
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    for (const char* owner : {"gpu-1", "", "gpu-2"}) {
      auto worker = transaction.InsertWorker("host", owner, {}, "", now());
      if (!worker.ok()) return worker.status();
    }
    return transaction.SetWorkerState(3, v1::Worker::GONE, now());
  }));
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    auto owners = transaction.ListWorkerOwners();
    if (!owners.ok()) return owners.status();
    EXPECT_EQ(owners->size(), 2u);
    for (const WorkerOwner& owner : *owners) {
      EXPECT_EQ(owner.name, owner.worker == 1 ? "gpu-1" : "");
    }
    return absl::OkStatus();
  }));
}

TEST_P(StoreConformance, WorkerIsUpdatedTouchedAndSaysGoodbye) {
  const WorkerId worker = AddWorker("host-1");
  clock_.Advance(absl::Seconds(10));
  v1::Capabilities capabilities;
  capabilities.set_fuse(10);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.UpdateWorker(worker, "host-2", capabilities, now());
  }));
  clock_.Advance(absl::Seconds(10));
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.TouchWorker(worker, now());
  }));
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.SetWorkerState(worker, v1::Worker::GONE, now());
  }));
  ETALON_ASSERT_OK_AND_ASSIGN(const Page<v1::Worker> page,
                              NewReader()->ListWorkers({}));
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(page.items[0].display_name(), "host-2");
  EXPECT_EQ(page.items[0].capabilities().fuse(), 10);
  EXPECT_EQ(page.items[0].state(), v1::Worker::GONE);
  EXPECT_EQ(page.items[0].last_seen_time().seconds(),
            absl::ToUnixSeconds(now()));
}

TEST_P(StoreConformance, WorkerCountsWhatItRunsAndWhatItCompleted) {
  const Started started = StartSearch("alpha", 2);
  const WorkerId worker = AddWorker("host-1");
  Finish(started.trials[0], worker, 0.5);
  Finish(started.trials[1], worker, 0.6);
  Lease(started.trials[2], worker);
  ETALON_ASSERT_OK_AND_ASSIGN(const Page<v1::Worker> page,
                              NewReader()->ListWorkers({}));
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(page.items[0].completed_trials(), 2);
  EXPECT_EQ(page.items[0].running_trials(), 1);
}

TEST_P(StoreConformance, UnknownWorkerIsNotFound) {
  const std::vector<Store::Operation> operations = {
      [](Transaction& t) { return t.GetWorker(5).status(); },
      [this](Transaction& t) { return t.TouchWorker(5, now()); },
      [this](Transaction& t) { return t.UpdateWorker(5, "host", {}, now()); },
      [this](Transaction& t) {
        return t.SetWorkerState(5, v1::Worker::GONE, now());
      },
  };
  for (const absl::Status& status : store_->Write(operations)) {
    EXPECT_THAT(status,
                StatusIs(absl::StatusCode::kNotFound, HasSubstr("workers/5")));
  }
}

}  // namespace
}  // namespace etalon::testing
