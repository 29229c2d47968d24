#include "server/writer.h"

#include <gmock/gmock.h>

#include <future>
#include <string>
#include <vector>

#include "common/limits.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/server/faulty_store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace etalon {
namespace {

using ::etalon::testing::FaultyStore;
using ::etalon::testing::StatusIs;
using ::etalon::testing::TempDir;
using ::testing::_;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

absl::Status Succeed(Transaction&) { return absl::OkStatus(); }

class WriterTest : public ::testing::Test {
 protected:
  WriterTest()
      : store_(*SqliteStore::Open({folder_.File("test.db"), 1})),
        writer_(store_) {}

  // Keeps the writer busy until the result is set, so that what is submitted
  // meanwhile makes one batch.
  std::promise<void> Occupy() {
    std::promise<void> release;
    std::promise<void> busy;
    writer_.Post([&busy, released = release.get_future().share()] {
      busy.set_value();
      released.wait();
    });
    busy.get_future().wait();
    return release;
  }

  TempDir folder_;
  FaultyStore store_;
  Writer writer_;
  // Touched by the writer's thread, read after Stop.
  std::vector<std::string> answers_;
};

TEST_F(WriterTest, WhatWaitsMakesOneTransaction) {
  std::promise<void> release = Occupy();
  for (int i = 0; i < 10; ++i) {
    writer_.Submit(Succeed, [](const absl::Status&) {});
  }
  release.set_value();
  writer_.Stop();
  EXPECT_THAT(store_.batches(), ElementsAre(10));
}

TEST_F(WriterTest, TransactionsAreBounded) {
  std::promise<void> release = Occupy();
  for (size_t i = 0; i < kMaxBatch + 1; ++i) {
    writer_.Submit(Succeed, [](const absl::Status&) {});
  }
  release.set_value();
  writer_.Stop();
  EXPECT_THAT(store_.batches(), ElementsAre(kMaxBatch, 1));
}

TEST_F(WriterTest, AnswersComeInOrderEachWithItsOwnStatus) {
  std::promise<void> release = Occupy();
  const auto note = [this](const char* name) {
    return [this, name](const absl::Status& status) {
      answers_.push_back(name + std::string(status.message()));
    };
  };
  writer_.Submit(Succeed, note("a"));
  writer_.Post([this] { answers_.push_back("task"); });
  writer_.Submit([](Transaction&) { return absl::NotFoundError("!"); },
                 note("b"));
  writer_.Submit(Succeed, note("c"));
  release.set_value();
  writer_.Stop();
  EXPECT_THAT(answers_, ElementsAre("a", "task", "b!", "c"));
}

TEST_F(WriterTest, NothingIsAnsweredBeforeItsCommit) {
  bool committed_first = false;
  writer_.Submit(Succeed, [&](const absl::Status&) {
    committed_first = store_.batches().size() == 1;
  });
  writer_.Stop();
  EXPECT_TRUE(committed_first);
}

TEST_F(WriterTest, FailedCommitIsEveryOnesAnswer) {
  store_.FailCommits(absl::ResourceExhaustedError("disk full"));
  absl::Status answer;
  writer_.Submit(Succeed, [&](const absl::Status& status) { answer = status; });
  writer_.Stop();
  EXPECT_THAT(answer,
              StatusIs(absl::StatusCode::kResourceExhausted, "disk full"));
}

TEST_F(WriterTest, TasksAloneMakeNoTransaction) {
  writer_.Post([this] { answers_.push_back("task"); });
  writer_.Stop();
  EXPECT_THAT(answers_, ElementsAre("task"));
  EXPECT_THAT(store_.batches(), IsEmpty());
}

TEST_F(WriterTest, StopDoesWhatWaitsAndRefusesTheRest) {
  std::promise<void> release = Occupy();
  writer_.Submit(Succeed,
                 [this](const absl::Status&) { answers_.push_back("a"); });
  release.set_value();
  writer_.Stop();
  EXPECT_THAT(answers_, ElementsAre("a"));
  absl::Status refusal;
  writer_.Submit(Succeed, [&](const absl::Status& s) { refusal = s; });
  EXPECT_THAT(refusal, StatusIs(absl::StatusCode::kUnavailable, _));
}

TEST_F(WriterTest, FullQueueRefuses) {
  std::promise<void> release = Occupy();
  for (size_t i = 0; i < kMaxQueuedOperations; ++i) {
    writer_.Submit(Succeed, [](const absl::Status&) {});
  }
  absl::Status refusal;
  writer_.Submit(Succeed, [&](const absl::Status& s) { refusal = s; });
  EXPECT_THAT(refusal, StatusIs(absl::StatusCode::kUnavailable, _));
  release.set_value();
}

class WriteQueueTest : public ::testing::Test {
 protected:
  WriteQueueTest()
      : store_(*SqliteStore::Open({folder_.File("test.db"), 1})),
        queue_(store_) {}

  WriteQueue::Answer Note(const char* name) {
    return [this, name](const absl::Status&) { answers_.push_back(name); };
  }

  TempDir folder_;
  FaultyStore store_;
  WriteQueue queue_;
  std::vector<std::string> answers_;
};

TEST_F(WriteQueueTest, NothingHappensUntilABatchIsRun) {
  queue_.Submit(Succeed, Note("a"));
  queue_.Submit(Succeed, Note("b"));
  queue_.Submit(Succeed, Note("c"));
  EXPECT_THAT(answers_, IsEmpty());
  EXPECT_EQ(queue_.RunBatch(2), 2u);
  EXPECT_THAT(answers_, ElementsAre("a", "b"));
  EXPECT_EQ(queue_.RunBatch(), 1u);
  EXPECT_EQ(queue_.RunBatch(), 0u);
  EXPECT_THAT(store_.batches(), ElementsAre(2, 1));
}

TEST_F(WriteQueueTest, ClosedQueueStillRunsWhatWaits) {
  queue_.Submit(Succeed, Note("a"));
  queue_.Close();
  EXPECT_TRUE(queue_.Await());
  EXPECT_EQ(queue_.RunBatch(), 1u);
  EXPECT_FALSE(queue_.Await());
  EXPECT_THAT(answers_, ElementsAre("a"));
}

}  // namespace
}  // namespace etalon
