#include <gmock/gmock.h>

#include <memory>
#include <string>

#include "storage/sqlite/connection.h"
#include "storage/sqlite/schema.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/storage/sqlite/populated.h"
#include "tests/storage/sqlite/raw_database.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

// Schema steps, and what the schema itself refuses.

namespace etalon::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kSchemaText[] =
    "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
    " AND name <> 'sqlite_sequence' ORDER BY name";

// Files under testdata: what a version wrote for populated.cc, as `sqlite3 FILE
// .dump` gives it.
std::string Frozen(int64_t version) {
  return ReadFile(ETALON_STORAGE_TESTDATA "/schema_v" +
                  std::to_string(version) + ".sql");
}

class SqliteSchemaTest : public ::testing::Test {
 protected:
  std::unique_ptr<SqliteStore> Open(const std::string& path) {
    auto store = SqliteStore::Open({.path = path, .new_generation = 7});
    GTEST_CHECK_(store.ok()) << store.status();
    return *std::move(store);
  }

  TempDir folder_;
  const std::string path_ = folder_.File("etalon.db");
};

class FrozenDatabaseTest : public SqliteSchemaTest,
                           public ::testing::WithParamInterface<int64_t> {};

TEST_P(FrozenDatabaseTest, IsReadAsItWasWritten) {
  RawDatabase(path_).Run(Frozen(GetParam()));
  const std::unique_ptr<SqliteStore> store = Open(path_);
  EXPECT_EQ(store->database_generation(), 0xfedcba9876543210);
  ETALON_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Reader> reader,
                              store->NewReader());

  const std::string fresh_path = folder_.File("fresh.db");
  const std::unique_ptr<SqliteStore> fresh = Open(fresh_path);
  Populate(*fresh);
  ETALON_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Reader> fresh_reader,
                              fresh->NewReader());
  for (const char* name : {"quickstart", "other"}) {
    ETALON_ASSERT_OK_AND_ASSIGN(const v1::Search search,
                                reader->GetSearch(name));
    ETALON_ASSERT_OK_AND_ASSIGN(const v1::Search expected,
                                fresh_reader->GetSearch(name));
    EXPECT_EQ(search.DebugString(), expected.DebugString());
  }
  for (int number = 1; number <= 12; ++number) {
    ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial trial,
                                reader->GetTrial("quickstart", number));
    ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial expected,
                                fresh_reader->GetTrial("quickstart", number));
    EXPECT_EQ(trial.DebugString(), expected.DebugString());
  }
}

TEST_P(FrozenDatabaseTest, HasTheSchemaOfAFreshOneOnceUpgraded) {
  RawDatabase raw(path_);
  raw.Run(Frozen(GetParam()));
  Open(path_).reset();
  const std::string fresh_path = folder_.File("fresh.db");
  Open(fresh_path).reset();
  RawDatabase fresh(fresh_path);
  EXPECT_EQ(raw.Query(kSchemaText), fresh.Query(kSchemaText));
  EXPECT_EQ(raw.QueryValue("PRAGMA user_version"),
            fresh.QueryValue("PRAGMA user_version"));
}

INSTANTIATE_TEST_SUITE_P(Versions, FrozenDatabaseTest,
                         ::testing::Range(int64_t{1},
                                          sqlite::SchemaVersion() + 1));

TEST_F(SqliteSchemaTest, StepThatWasCutOffIsMadeAnew) {
  {
    // As a process leaves it that dies before the step's COMMIT.
    RawDatabase raw(path_);
    raw.Run("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE");
    raw.Run(sqlite::kSchemaStep1Tables);
  }
  Populate(*Open(path_));
  EXPECT_EQ(RawDatabase(path_).QueryValue("PRAGMA user_version"),
            std::to_string(sqlite::SchemaVersion()));
}

TEST_F(SqliteSchemaTest, FileIsMarkedAsOurs) {
  Open(path_).reset();
  RawDatabase raw(path_);
  EXPECT_EQ(raw.QueryValue("PRAGMA application_id"),
            std::to_string(sqlite::kApplicationId));
  EXPECT_EQ(raw.QueryValue("PRAGMA journal_mode"), "wal");
}

TEST_F(SqliteSchemaTest, WriterSyncsEveryCommitAndChecksReferences) {
  ETALON_ASSERT_OK_AND_ASSIGN(
      const auto connection,
      sqlite::Connection::Open(path_, sqlite::Connection::Mode::kWrite,
                               absl::Seconds(1)));
  EXPECT_THAT(connection->QueryInt64("PRAGMA synchronous"),  // FULL
              ::testing::Eq(absl::StatusOr<int64_t>(2)));
  EXPECT_EQ(connection->QueryInt64("PRAGMA foreign_keys").value(), 1);
  EXPECT_EQ(connection->QueryInt64("PRAGMA trusted_schema").value(), 0);
}

TEST_F(SqliteSchemaTest, SecondResultOfATrialIsRefused) {
  Populate(*Open(path_));
  EXPECT_THAT(
      RawDatabase(path_).TryRun("INSERT INTO results (trial_id, attempt,"
                                " training_nanoseconds) VALUES (1, 1, 0)"),
      HasSubstr("UNIQUE constraint failed: results.trial_id"));
}

TEST_F(SqliteSchemaTest, EventsAreNeitherChangedNorDeleted) {
  Populate(*Open(path_));
  RawDatabase raw(path_);
  EXPECT_THAT(raw.TryRun("UPDATE events SET message = 'x'"),
              HasSubstr("append-only"));
  EXPECT_THAT(raw.TryRun("DELETE FROM events WHERE event_id = 1"),
              HasSubstr("append-only"));
}

TEST_F(SqliteSchemaTest, StatesThatDoNotExistAreRefused) {
  Populate(*Open(path_));
  RawDatabase raw(path_);
  for (const char* table :
       {"searches", "stages", "trials", "attempts", "workers"}) {
    EXPECT_THAT(
        raw.TryRun(std::string("UPDATE ") + table + " SET state = 'ASLEEP'"),
        HasSubstr("CHECK constraint failed"))
        << table;
  }
}

TEST_F(SqliteSchemaTest, ValueThatCannotBeReadIsDataLossAndNamed) {
  const std::unique_ptr<SqliteStore> store = Open(path_);
  Populate(*store);
  RawDatabase(path_).Run(
      "UPDATE searches SET create_time = 'yesterday' WHERE search_id = 1;"
      "UPDATE configurations SET parameters = '[1]' WHERE stage_id = 1");
  ETALON_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Reader> reader,
                              store->NewReader());
  EXPECT_THAT(
      reader->GetSearch("quickstart"),
      StatusIs(absl::StatusCode::kDataLoss,
               HasSubstr("create_time has an impossible value 'yesterday'")));
  EXPECT_THAT(reader->GetTrial("quickstart", 1),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("parameters has an impossible value")));
  EXPECT_THAT(reader->ListTrials({.search = "quickstart"}, {}),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr(path_)));
}

}  // namespace
}  // namespace etalon::testing
