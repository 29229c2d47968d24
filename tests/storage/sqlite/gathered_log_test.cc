#include "storage/sqlite/gathered_log.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/log_sync.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/storage/samples.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

// What a COMMIT brings to the disk, and with how many system calls.

namespace etalon::testing {
namespace {

using sqlite::Connection;

// Stands in for SQLite's system call that writes to files, in this process.
class WriteCalls {
 public:
  WriteCalls() {
    calls_ = 0;
    fail_ = false;
    // Which of them it uses is chosen when it is compiled.
    for (const char* const name : {"pwrite64", "pwrite"}) {
      real_ = reinterpret_cast<Function>(vfs_->xGetSystemCall(vfs_, name));
      if (real_ == nullptr) continue;
      name_ = name;
      vfs_->xSetSystemCall(vfs_, name_,
                           reinterpret_cast<sqlite3_syscall_ptr>(Write));
      return;
    }
    ADD_FAILURE() << "SQLite writes by no call that is known here";
  }
  ~WriteCalls() {
    if (name_ != nullptr) vfs_->xSetSystemCall(vfs_, name_, nullptr);
  }

  static int64_t calls() { return calls_; }
  static void Fail(bool fail) { fail_ = fail; }

 private:
  using Function = ssize_t (*)(int, const void*, size_t, off_t);

  static ssize_t Write(int file, const void* data, size_t bytes, off_t offset) {
    ++calls_;
    if (fail_) {
      errno = ENOSPC;
      return -1;
    }
    return real_(file, data, bytes, offset);
  }

  static inline Function real_ = nullptr;
  static inline int64_t calls_ = 0;
  static inline bool fail_ = false;

  sqlite3_vfs* const vfs_ = sqlite3_vfs_find("unix");
  const char* name_ = nullptr;
};

class GatheredLogTest : public ::testing::Test {
 protected:
  static constexpr int kRows = 100;  // of a page each, or more

  void SetUp() override {
    connection_ = Open(path_, Connection::Mode::kWrite);
    ETALON_ASSERT_OK(connection_->EnableWriteAheadLog());
    Run("CREATE TABLE rows (id INTEGER PRIMARY KEY, data BLOB)");
    log_ = std::make_unique<sqlite::LogSync>(*connection_);
    ETALON_ASSERT_OK(log_->Begin());
  }

  static std::unique_ptr<Connection> Open(const std::string& path,
                                          Connection::Mode mode) {
    auto connection = Connection::Open(path, mode, absl::Seconds(1),
                                       sqlite::GatheringFileSystem());
    GTEST_CHECK_(connection.ok()) << connection.status();
    return *std::move(connection);
  }

  void Run(const std::string& sql) {
    ETALON_ASSERT_OK(connection_->RunScript(sql));
  }
  static std::string Inserts(int first) {
    return absl::StrCat(
        "WITH RECURSIVE n (id) AS (VALUES (", first,
        ") UNION ALL SELECT id + 1 FROM n LIMIT ", kRows,
        ") INSERT INTO rows SELECT id, randomblob(3000) FROM n");
  }
  absl::Status Commit() {
    const sqlite::LogGathering gathering(log_->log());
    return connection_->RunScript("COMMIT");
  }

  // Of the files as they lie on the disk, as a restarted machine would find
  // them.
  int64_t RowsOnDisk() {
    const std::string copy = folder_.File("copy.db");
    for (const char* const suffix : {"", "-wal"}) {
      std::filesystem::copy_file(
          path_ + suffix, copy + suffix,
          std::filesystem::copy_options::overwrite_existing);
    }
    const auto connection = Open(copy, Connection::Mode::kWrite);
    const auto problems = connection->QueryInt64(
        "SELECT count(*) FROM pragma_integrity_check"
        " WHERE integrity_check <> 'ok'");
    ETALON_EXPECT_OK(problems);
    EXPECT_EQ(problems.value_or(-1), 0);
    return connection->QueryInt64("SELECT count(*) FROM rows").value_or(-1);
  }

  TempDir folder_;
  const std::string path_ = folder_.File("some.db");
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<sqlite::LogSync> log_;
};

TEST_F(GatheredLogTest, CommitIsWrittenInLargePieces) {
  const WriteCalls writes;
  Run("BEGIN IMMEDIATE");
  Run(Inserts(1));
  ASSERT_EQ(writes.calls(), 0);
  ETALON_ASSERT_OK(Commit());
  // Half a megabyte, of some 60 KiB each; by itself SQLite makes two for each
  // page.
  EXPECT_LE(writes.calls(), kRows / 10);
  EXPECT_EQ(RowsOnDisk(), kRows);
}

TEST_F(GatheredLogTest, OthersReadItAtOnce) {
  const auto reader = Open(path_, Connection::Mode::kRead);
  Run("BEGIN IMMEDIATE");
  Run(Inserts(1));
  ETALON_ASSERT_OK(Commit());
  EXPECT_EQ(reader->QueryInt64("SELECT count(*) FROM rows").value_or(-1),
            kRows);
}

// Where the cache is too small, pages are written before their transaction
// ends, some of them again, and with them the frames' checksums.
TEST_F(GatheredLogTest, PagesThatDidNotFitTheCacheAreWhole) {
  Run("PRAGMA cache_size = 10");
  Run("BEGIN IMMEDIATE");
  Run(Inserts(1));
  for (int i = 0; i < 3; ++i) Run("UPDATE rows SET data = randomblob(3000)");
  ETALON_ASSERT_OK(Commit());
  EXPECT_EQ(RowsOnDisk(), kRows);
}

TEST_F(GatheredLogTest, LogThatIsBegunAnewIsWhole) {
  for (int i = 0; i < 5; ++i) {
    Run("BEGIN IMMEDIATE");
    Run(Inserts(1 + i * kRows));
    ETALON_ASSERT_OK(Commit());
    EXPECT_EQ(RowsOnDisk(), (i + 1) * kRows);
    Run("PRAGMA wal_checkpoint(RESTART)");
  }
}

TEST_F(GatheredLogTest, WhatFailedIsNotWrittenLater) {
  const WriteCalls writes;
  Run("BEGIN IMMEDIATE");
  Run(Inserts(1));
  writes.Fail(true);
  EXPECT_FALSE(Commit().ok());
  writes.Fail(false);
  // SQLite may have rolled it back by itself.
  connection_->RunScript("ROLLBACK").IgnoreError();
  EXPECT_EQ(RowsOnDisk(), 0);

  // Another connection writes where its frames were to be.
  const auto other = Open(path_, Connection::Mode::kWrite);
  ETALON_ASSERT_OK(other->RunScript("INSERT INTO rows VALUES (1, 'other')"));
  Run("BEGIN IMMEDIATE");
  Run(Inserts(2));
  ETALON_ASSERT_OK(Commit());
  EXPECT_EQ(RowsOnDisk(), 1 + kRows);
}

TEST_F(GatheredLogTest, OtherConnectionsAreLeftAlone) {
  auto plain =
      Connection::Open(path_, Connection::Mode::kWrite, absl::Seconds(1));
  ETALON_ASSERT_OK(plain);
  sqlite::LogSync log(**plain);
  ETALON_ASSERT_OK(log.Begin());
  const sqlite::LogGathering gathering(log.log());
  ETALON_EXPECT_OK((*plain)->RunScript("INSERT INTO rows VALUES (1, 'plain')"));
  EXPECT_EQ(RowsOnDisk(), 1);
}

TEST(GatheredStoreTest, TransactionIsOneWrite) {
  const TempDir folder;
  auto store = SqliteStore::Open({.path = folder.File("etalon.db"),
                                  .new_generation = 7,
                                  .busy_timeout = absl::Milliseconds(10)});
  ETALON_ASSERT_OK(store);
  const auto insert = [&](int number) {
    return (*store)->Write({[number](Transaction& transaction) {
      const std::string name = absl::StrCat("search-", number);
      return transaction
          .InsertSearch(SampleSpec(name), v1::Search::RUNNING, SampleStages(),
                        name, absl::UnixEpoch())
          .status();
    }})[0];
  };
  // The log's own header comes with its first transaction.
  ETALON_ASSERT_OK(insert(1));
  const WriteCalls writes;
  ETALON_ASSERT_OK(insert(2));
  EXPECT_EQ(writes.calls(), 1);
}

}  // namespace
}  // namespace etalon::testing
