#include "server/writer.h"

#include <gmock/gmock.h>

#include <future>
#include <string>
#include <utility>
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

  void Submit(Store::Operation operation, WriteQueue::Answer answer) {
    ETALON_EXPECT_OK(writer_.Submit(std::move(operation), std::move(answer)));
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
    Submit(Succeed, [](const absl::Status&) {});
  }
  release.set_value();
  writer_.Stop();
  EXPECT_THAT(store_.batches(), ElementsAre(10));
}

TEST_F(WriterTest, TransactionsAreBounded) {
  std::promise<void> release = Occupy();
  for (size_t i = 0; i < kMaxBatch + 1; ++i) {
    Submit(Succeed, [](const absl::Status&) {});
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
  Submit(Succeed, note("a"));
  writer_.Post([this] { answers_.push_back("task"); });
  Submit([](Transaction&) { return absl::NotFoundError("!"); }, note("b"));
  Submit(Succeed, note("c"));
  release.set_value();
  writer_.Stop();
  EXPECT_THAT(answers_, ElementsAre("a", "task", "b!", "c"));
}

TEST_F(WriterTest, NothingIsAnsweredBeforeItsCommit) {
  bool committed_first = false;
  Submit(Succeed, [&](const absl::Status&) {
    committed_first = store_.batches().size() == 1;
  });
  writer_.Stop();
  EXPECT_TRUE(committed_first);
}

TEST_F(WriterTest, FailedCommitIsEveryOnesAnswer) {
  store_.FailCommits(absl::ResourceExhaustedError("disk full"));
  absl::Status answer;
  Submit(Succeed, [&](const absl::Status& status) { answer = status; });
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
  Submit(Succeed, [this](const absl::Status&) { answers_.push_back("a"); });
  release.set_value();
  writer_.Stop();
  EXPECT_THAT(answers_, ElementsAre("a"));
  EXPECT_THAT(writer_.Submit(Succeed,
                             [this](const absl::Status&) {
                               answers_.push_back("refused");
                             }),
              StatusIs(absl::StatusCode::kUnavailable, _));
}

TEST_F(WriterTest, FullQueueRefuses) {
  std::promise<void> release = Occupy();
  for (size_t i = 0; i < kMaxQueuedOperations; ++i) {
    Submit(Succeed, [](const absl::Status&) {});
  }
  EXPECT_THAT(writer_.Submit(Succeed,
                             [this](const absl::Status&) {
                               answers_.push_back("refused");
                             }),
              StatusIs(absl::StatusCode::kUnavailable, _));
  release.set_value();
}

TEST_F(WriterTest, WritesWhileTheDiskSyncs) {
  std::promise<void> sync;
  store_.BeforeSync(
      [released = sync.get_future().share()] { released.wait(); });
  std::promise<void> second;
  Submit(Succeed, [&](const absl::Status&) {
    writer_.WhenDurable(
        [this](const absl::Status&) { answers_.push_back("first"); });
  });
  Submit(Succeed, [&](const absl::Status&) {
    writer_.WhenDurable(
        [this](const absl::Status&) { answers_.push_back("second"); });
  });
  writer_.Post([&] { second.set_value(); });
  // Else this waits for ever: no sync has ended yet.
  second.get_future().wait();
  EXPECT_THAT(answers_, IsEmpty());
  sync.set_value();
  writer_.Stop();
  EXPECT_THAT(answers_, ElementsAre("first", "second"));
}

class WriteQueueTest : public ::testing::Test {
 protected:
  WriteQueueTest()
      : store_(*SqliteStore::Open({folder_.File("test.db"), 1})),
        queue_(store_) {}

  void Submit(WriteQueue::Answer answer) {
    ETALON_EXPECT_OK(queue_.Submit(Succeed, std::move(answer)));
  }

  WriteQueue::Answer Note(const char* name) {
    return [this, name](const absl::Status&) { answers_.push_back(name); };
  }

  TempDir folder_;
  FaultyStore store_;
  WriteQueue queue_;
  std::vector<std::string> answers_;
};

TEST_F(WriteQueueTest, NothingHappensUntilABatchIsRun) {
  Submit(Note("a"));
  Submit(Note("b"));
  Submit(Note("c"));
  EXPECT_THAT(answers_, IsEmpty());
  EXPECT_EQ(queue_.RunBatch(2), 2u);
  EXPECT_THAT(answers_, ElementsAre("a", "b"));
  EXPECT_EQ(queue_.RunBatch(), 1u);
  EXPECT_EQ(queue_.RunBatch(), 0u);
  EXPECT_THAT(store_.batches(), ElementsAre(2, 1));
}

TEST_F(WriteQueueTest, ClosedQueueStillRunsWhatWaits) {
  Submit(Note("a"));
  queue_.Close();
  EXPECT_TRUE(queue_.Await());
  EXPECT_EQ(queue_.RunBatch(), 1u);
  EXPECT_FALSE(queue_.Await());
  EXPECT_THAT(answers_, ElementsAre("a"));
}

TEST_F(WriteQueueTest, NothingIsToldBeforeTheSync) {
  int syncs_when_told = 0;
  Submit([&](const absl::Status&) {
    queue_.WhenDurable([&](const absl::Status& durable) {
      ETALON_EXPECT_OK(durable);
      syncs_when_told = store_.syncs();
    });
    EXPECT_EQ(store_.syncs(), 0);
  });
  queue_.RunBatch();
  EXPECT_EQ(syncs_when_told, 1);
}

TEST_F(WriteQueueTest, WhatTellsNothingIsNotSynced) {
  Submit(Note("a"));
  queue_.RunBatch();
  EXPECT_EQ(store_.syncs(), 0);
}

TEST_F(WriteQueueTest, WhatIsNotDurableIsToldToEverybody) {
  store_.FailSyncs(absl::InternalError("lost"));
  std::vector<absl::Status> told;
  for (int i = 0; i < 2; ++i) {
    Submit([&](const absl::Status& committed) {
      ETALON_EXPECT_OK(committed);
      queue_.WhenDurable(
          [&](const absl::Status& durable) { told.push_back(durable); });
    });
  }
  queue_.RunBatch();
  EXPECT_THAT(told, ElementsAre(StatusIs(absl::StatusCode::kInternal, "lost"),
                                StatusIs(absl::StatusCode::kInternal, "lost")));
}

}  // namespace
}  // namespace etalon
