#include "storage/sqlite/checkpoint.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/sqlite/sqlite_store.h"
#include "storage/sqlite/time_limit.h"
#include "tests/storage/samples.h"
#include "tests/storage/sqlite/raw_database.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

// The write-ahead log stays short, whoever reads meanwhile.

namespace etalon::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr sqlite::Checkpointer::Options kSmall = {.passive_bytes = 64 << 10,
                                                  .truncate_bytes = 256 << 10,
                                                  .max_bytes = 1 << 20};

class CheckpointTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto store = SqliteStore::Open({.path = path_,
                                    .new_generation = 7,
                                    .busy_timeout = absl::Milliseconds(10),
                                    .ballast_bytes = 0,
                                    .checkpoints = kSmall});
    ETALON_ASSERT_OK(store);
    store_ = *std::move(store);
  }

  // Commits about 30 kB.
  absl::Status Insert() {
    std::vector<Store::Operation> operations;
    for (int i = 0; i < 4; ++i) {
      operations.push_back([this](Transaction& transaction) {
        const std::string name = absl::StrCat("search-", next_++);
        return transaction
            .InsertSearch(SampleSpec(name), v1::Search::RUNNING, SampleStages(),
                          name, absl::UnixEpoch())
            .status();
      });
    }
    return store_->Write(operations)[0];
  }

  int64_t LogBytes() const {
    return static_cast<int64_t>(std::filesystem::file_size(path_ + "-wal"));
  }

  TempDir folder_;
  const std::string path_ = folder_.File("etalon.db");
  std::unique_ptr<SqliteStore> store_;
  int next_ = 0;
};

TEST_F(CheckpointTest, LogOfManyCommitsStaysShort) {
  for (int i = 0; i < 60; ++i) {
    ETALON_ASSERT_OK(Insert());
    EXPECT_LE(LogBytes(), kSmall.truncate_bytes + (64 << 10));
  }
}

// Each reads older commits than the next: with SQLite's own checkpoints the log
// would never be begun anew.
TEST_F(CheckpointTest, ReadersThatTakeTurnsDoNotMakeItGrow) {
  std::atomic<bool> stop = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      ETALON_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Reader> reader,
                                  store_->NewReader());
      while (!stop) ETALON_EXPECT_OK(reader->ListSearches({.size = 10}));
    });
  }
  std::vector<int64_t> sizes;
  for (int i = 0; i < 60; ++i) {
    ETALON_EXPECT_OK(Insert());
    sizes.push_back(LogBytes());
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  // Of some megabytes in all. A machine that is busy may keep a reader from its
  // end for a while, but not all the time: a log that nothing empties is past
  // this bound for most of the inserts.
  std::sort(sizes.begin(), sizes.end());
  EXPECT_LE(sizes[sizes.size() / 2], 3 * kSmall.truncate_bytes);
  EXPECT_LE(sizes.back(), kSmall.max_bytes + (128 << 10));
}

TEST_F(CheckpointTest, ReaderThatStandsStillStopsWritesAtTheMost) {
  RawDatabase stalled(path_);
  ETALON_ASSERT_OK(Insert());
  stalled.Run("BEGIN; SELECT count(*) FROM searches");
  absl::Status status;
  for (int i = 0; i < 200 && status.ok(); ++i) status = Insert();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted,
                               AllOf(HasSubstr(path_),
                                     HasSubstr("another process reads"))));
  EXPECT_LE(LogBytes(), kSmall.max_bytes + (128 << 10));
  ETALON_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Reader> reader,
                              store_->NewReader());
  ETALON_EXPECT_OK(reader->ListSearches({}));
  stalled.Run("ROLLBACK");
  ETALON_EXPECT_OK(Insert());
  EXPECT_LE(LogBytes(), kSmall.truncate_bytes);
}

TEST_F(CheckpointTest, ReadThatTakesTooLongIsEnded) {
  ETALON_ASSERT_OK_AND_ASSIGN(
      const auto connection,
      sqlite::Connection::Open(path_, sqlite::Connection::Mode::kRead,
                               absl::Seconds(1)));
  const std::string endless =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
      " SELECT max(i) FROM n";
  {
    const sqlite::TimeLimit limit(*connection, absl::Milliseconds(10));
    EXPECT_THAT(connection->QueryInt64(endless),
                StatusIs(absl::StatusCode::kResourceExhausted,
                         HasSubstr("longer than it may")));
  }
  ETALON_EXPECT_OK(connection->QueryInt64("SELECT count(*) FROM searches"));
  std::atomic<bool> hurry = true;
  const sqlite::TimeLimit limit(*connection, absl::Hours(1), &hurry,
                                absl::Milliseconds(10));
  EXPECT_THAT(connection->QueryInt64(endless),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       HasSubstr("longer than it may")));
}

}  // namespace
}  // namespace etalon::testing
