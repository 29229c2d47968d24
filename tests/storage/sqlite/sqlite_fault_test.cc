#include <gmock/gmock.h>
#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/storage/samples.h"
#include "tests/storage/sqlite/raw_database.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

// What a store does when the disk is full, another process holds the lock, or
// its own process ends without a word.

namespace etalon::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;

// The connection that was opened last in this process.
sqlite3* last_connection = nullptr;
int RememberConnection(sqlite3* handle, char**, const sqlite3_api_routines*) {
  last_connection = handle;
  return SQLITE_OK;
}

class SqliteFaultTest : public ::testing::Test {
 protected:
  void SetUp() override {
    // SQLite declares extensions' entry points without their parameters.
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(RememberConnection));
    store_ = Open(path_);
    writer_ = last_connection;
  }
  void TearDown() override { sqlite3_reset_auto_extension(); }

  static std::unique_ptr<SqliteStore> Open(const std::string& path) {
    auto store = SqliteStore::Open({.path = path,
                                    .new_generation = 7,
                                    .busy_timeout = absl::Milliseconds(10)});
    GTEST_CHECK_(store.ok()) << store.status();
    return *std::move(store);
  }

  static Store::Operation Insert(const std::string& name) {
    return [name](Transaction& transaction) {
      return transaction
          .InsertSearch(SampleSpec(name), v1::Search::RUNNING, SampleStages(),
                        "request-" + name, absl::UnixEpoch())
          .status();
    };
  }
  absl::Status Write(const Store::Operation& operation) {
    return store_->Write({operation})[0];
  }

  // The database may grow to so many pages; 0 for no limit.
  void LimitPages(int pages) {
    Execute(
        absl::StrCat("PRAGMA max_page_count = ", pages == 0 ? 1 << 30 : pages));
  }
  // On the store's own connection.
  void Execute(const std::string& sql) {
    ASSERT_EQ(sqlite3_exec(writer_, sql.c_str(), nullptr, nullptr, nullptr),
              SQLITE_OK);
  }

  // Copies the database as it lies on the disk, to open it as a restarted
  // machine would.
  std::string CopyFiles() {
    const std::string copy = folder_.File("copy.db");
    fs::copy_file(path_, copy, fs::copy_options::overwrite_existing);
    fs::copy_file(path_ + "-wal", copy + "-wal",
                  fs::copy_options::overwrite_existing);
    return copy;
  }

  static int64_t CountSearches(SqliteStore& store) {
    auto reader = store.NewReader();
    GTEST_CHECK_(reader.ok());
    auto page = (*reader)->ListSearches({});
    GTEST_CHECK_(page.ok()) << page.status();
    return static_cast<int64_t>(page->items.size());
  }

  TempDir folder_;
  const std::string path_ = folder_.File("etalon.db");
  std::unique_ptr<SqliteStore> store_;
  sqlite3* writer_ = nullptr;
};

TEST_F(SqliteFaultTest, FullDiskIsReportedReadsGoOnAndItHeals) {
  ETALON_ASSERT_OK(Write(Insert("before")));
  LimitPages(1);  // SQLite takes the present size where that is more
  absl::Status status;
  int made = 0;
  // Until the free room in the pages that are there is used up.
  while (status.ok() && made < 100) {
    status = Write(Insert(absl::StrCat("filler-", made)));
    if (status.ok()) ++made;
  }
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted,
                               AllOf(HasSubstr(path_), HasSubstr("no space"))));
  EXPECT_EQ(CountSearches(*store_), 1 + made);
  LimitPages(0);
  ETALON_EXPECT_OK(Write(Insert("after")));
  EXPECT_EQ(CountSearches(*store_), 2 + made);
}

TEST_F(SqliteFaultTest, FullDiskUndoesTheWholeBatchAndSaysSoToAll) {
  ETALON_ASSERT_OK(Write(Insert("before")));
  LimitPages(1);
  std::vector<Store::Operation> operations = {[](Transaction& transaction) {
    return transaction.MarkSearchStarted(1, absl::UnixEpoch());
  }};
  for (int i = 0; i < 100; ++i) {
    operations.push_back(Insert(absl::StrCat("filler-", i)));
  }
  const std::vector<absl::Status> statuses = store_->Write(operations);
  LimitPages(0);
  EXPECT_THAT(statuses, Each(StatusIs(absl::StatusCode::kResourceExhausted,
                                      HasSubstr(path_))));
  EXPECT_EQ(CountSearches(*store_), 1);
  ETALON_EXPECT_OK(Write([](Transaction& transaction) {
    auto search = transaction.FindSearch("before");
    EXPECT_TRUE(search.ok() && !search->started);
    return search.status();
  }));
}

TEST_F(SqliteFaultTest, FailedCommitSpeaksForOperationsThatFailedBeforeIt) {
  ETALON_ASSERT_OK(Write(Insert("before")));
  LimitPages(1);
  // The second fails for what the first did, which never came to be.
  std::vector<Store::Operation> operations = {Insert("twice"), Insert("twice")};
  for (int i = 0; i < 100; ++i) {
    operations.push_back(Insert(absl::StrCat("filler-", i)));
  }
  const std::vector<absl::Status> statuses = store_->Write(operations);
  LimitPages(0);
  EXPECT_THAT(statuses, Each(StatusIs(absl::StatusCode::kResourceExhausted,
                                      HasSubstr(path_))));
}

// FAILED_PRECONDITION would tell a worker that its lease is stale.
TEST_F(SqliteFaultTest, FileThatTurnsReadOnlyMakesWritesUnavailable) {
  ETALON_ASSERT_OK(Write(Insert("before")));
  Execute("PRAGMA query_only = ON");
  EXPECT_THAT(Write(Insert("alpha")),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr(path_)));
  Execute("PRAGMA query_only = OFF");
  ETALON_EXPECT_OK(Write(Insert("alpha")));
}

TEST_F(SqliteFaultTest, LockOfAnotherProcessMakesWritesUnavailable) {
  RawDatabase other(path_);
  other.Run("BEGIN EXCLUSIVE");
  EXPECT_THAT(store_->Write({Insert("alpha"), Insert("beta")}),
              Each(StatusIs(absl::StatusCode::kUnavailable,
                            AllOf(HasSubstr(path_), HasSubstr("lock")))));
  EXPECT_EQ(CountSearches(*store_), 0);
  other.Run("ROLLBACK");
  ETALON_EXPECT_OK(Write(Insert("alpha")));
}

TEST_F(SqliteFaultTest, CommittedRowsSurviveTheProcess) {
  ETALON_ASSERT_OK(Write(Insert("alpha")));
  const std::unique_ptr<SqliteStore> copy = Open(CopyFiles());
  EXPECT_EQ(CountSearches(*copy), 1);
  EXPECT_EQ(copy->database_generation(), 7u);
}

TEST_F(SqliteFaultTest, RowsOfAnOpenTransactionDoNot) {
  ETALON_ASSERT_OK(Write(Insert("alpha")));
  std::string copy;
  const std::vector<absl::Status> statuses =
      store_->Write({Insert("beta"), [&](Transaction&) {
                       copy = CopyFiles();
                       return absl::OkStatus();
                     }});
  EXPECT_THAT(statuses, Each(IsOk()));
  EXPECT_EQ(CountSearches(*Open(copy)), 1);
  EXPECT_EQ(CountSearches(*store_), 2);
}

TEST_F(SqliteFaultTest, BatchThatWroteNothingLeavesTheLogAlone) {
  ETALON_ASSERT_OK(Write(Insert("alpha")));
  const std::string log = ReadFile(path_ + "-wal");
  const std::vector<absl::Status> statuses = store_->Write(
      {Insert("alpha"),
       [](Transaction& transaction) {
         return transaction.ListOpenSearches().status();
       },
       [](Transaction& transaction) {
         const absl::Status inserted = Insert("beta")(transaction);
         return inserted.ok() ? absl::CancelledError("no") : inserted;
       },
       [](Transaction& transaction) {
         // It is in this state already.
         return transaction.SetSearchState(1, v1::Search::RUNNING, "",
                                           absl::UnixEpoch());
       }});
  EXPECT_EQ(statuses[0].code(), absl::StatusCode::kAlreadyExists);
  ETALON_EXPECT_OK(statuses[1]);
  EXPECT_EQ(statuses[2].code(), absl::StatusCode::kCancelled);
  ETALON_EXPECT_OK(statuses[3]);
  EXPECT_EQ(ReadFile(path_ + "-wal"), log);
}

}  // namespace
}  // namespace etalon::testing
