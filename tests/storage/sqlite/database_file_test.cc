#include "storage/database_file.h"

#include <gmock/gmock.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/storage/samples.h"
#include "tests/storage/sqlite/populated.h"
#include "tests/storage/sqlite/raw_database.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

// Checks, backups, restores and migrations of database files.

namespace etalon::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr uint64_t kOldGeneration = 7;
constexpr uint64_t kNewGeneration = 0xfeed'0000'0000'0001;
const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

class DatabaseFileTest : public ::testing::Test {
 protected:
  static std::unique_ptr<SqliteStore> Open(const std::string& path) {
    auto store = SqliteStore::Open({.path = path,
                                    .new_generation = kOldGeneration,
                                    .busy_timeout = absl::Milliseconds(50)});
    GTEST_CHECK_(store.ok()) << store.status();
    return *std::move(store);
  }

  static absl::Status Insert(SqliteStore& store, const std::string& name) {
    return store.Write({[&name](Transaction& transaction) {
      return transaction
          .InsertSearch(SampleSpec(name), v1::Search::RUNNING, SampleStages(),
                        "request-" + name, kNow)
          .status();
    }})[0];
  }

  absl::StatusOr<Restoration> Restore(const std::string& backup,
                                      const std::string& path) {
    return RestoreDatabase(backup, path, kNewGeneration, kNow, nullptr);
  }

  // The names in the test's folder that contain `part`.
  std::vector<std::string> Files(const std::string& part) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_.path())) {
      const std::string name = entry.path().filename().string();
      if (absl::StrContains(name, part)) names.push_back(name);
    }
    return names;
  }

  TempDir folder_;
  const std::string path_ = folder_.File("etalon.db");
  const std::string copy_ = folder_.File("copy.db");
};

// ---- check ----

TEST_F(DatabaseFileTest, SoundDatabaseHasNoProblems) {
  Populate(*Open(path_));
  ETALON_ASSERT_OK_AND_ASSIGN(const DatabaseReport report,
                              CheckDatabase(path_, CheckDepth::kThorough));
  EXPECT_THAT(report.problems, IsEmpty());
  EXPECT_EQ(report.path, path_);
  EXPECT_EQ(report.schema_version, report.newest_schema_version);
  EXPECT_EQ(report.generation, kOldGeneration);
  EXPECT_EQ(report.searches, 2);
  EXPECT_EQ(report.live_leases, 1);
  EXPECT_GT(report.trials, report.results);
  EXPECT_GT(report.size_bytes, 0);
}

TEST_F(DatabaseFileTest, DatabaseInUseIsChecked) {
  const std::unique_ptr<SqliteStore> store = Open(path_);
  Populate(*store);
  ETALON_ASSERT_OK_AND_ASSIGN(const DatabaseReport report,
                              CheckDatabase(path_, CheckDepth::kThorough));
  EXPECT_THAT(report.problems, IsEmpty());
  EXPECT_GT(report.log_bytes, 0);
  ETALON_EXPECT_OK(Insert(*store, "alpha"));
}

struct Contradiction {
  const char* sql;
  const char* problem;
};

class ContradictionTest : public DatabaseFileTest,
                          public ::testing::WithParamInterface<Contradiction> {
};

TEST_P(ContradictionTest, IsFound) {
  Populate(*Open(path_));
  RawDatabase(path_).Run(GetParam().sql);
  ETALON_ASSERT_OK_AND_ASSIGN(const DatabaseReport report,
                              CheckDatabase(path_, CheckDepth::kThorough));
  EXPECT_THAT(report.problems, Contains(HasSubstr(GetParam().problem)));
}

INSTANTIATE_TEST_SUITE_P(
    Rules, ContradictionTest,
    ::testing::Values(
        Contradiction{"DELETE FROM meta", "has no generation"},
        Contradiction{
            "DELETE FROM results WHERE trial_id = 1",
            "trial 1 has succeeded, diverged or been stopped without a result"},
        Contradiction{"UPDATE trials SET state = 'QUEUED', end_time = NULL"
                      " WHERE trial_id = 1",
                      "trial 1 has a result and no end"},
        Contradiction{"UPDATE results SET validation_accuracy = NULL"
                      " WHERE trial_id = 1",
                      "trial 1 has succeeded without a validation accuracy"},
        Contradiction{"UPDATE attempts SET state = 'RETURNED'"
                      " WHERE trial_id = 1",
                      "trial 1 has a result of an attempt that did not"},
        Contradiction{"INSERT INTO attempts (trial_id, number, worker_id,"
                      " request_id, state, start_time, end_time)"
                      " VALUES (1, 9, 1, 'x', 'COMPLETED', 'a', 'b')",
                      "trial 1 has more than one completed attempt"},
        Contradiction{"UPDATE attempts SET state = 'LOST', end_time = 'x'"
                      " WHERE state = 'LEASED'",
                      "is at work without a live lease"},
        Contradiction{"UPDATE trials SET state = 'QUEUED'"
                      " WHERE state = 'RUNNING'",
                      "has a live lease on an attempt"},
        Contradiction{"UPDATE trials SET attempt_count = 3 WHERE trial_id = 1",
                      "trial 1 counts other attempts than there are"},
        Contradiction{"UPDATE trials SET failure_reason = 'INTERNAL'"
                      " WHERE trial_id = 1",
                      "trial 1 ended badly without a reason, or well with"},
        Contradiction{"UPDATE searches SET state = 'SUCCEEDED'"
                      " WHERE name = 'quickstart'",
                      "search quickstart is over, and has open trials"},
        Contradiction{"UPDATE stages SET state = 'COMPLETE'",
                      "is complete, and has open trials"},
        Contradiction{"UPDATE trials SET validation_accuracy = 0.9"
                      " WHERE trial_id = 1",
                      "trial 1 stands beside another validation accuracy"},
        Contradiction{"UPDATE stage_counts SET failed = failed + 1",
                      "stage 1 counts other trials than there are"},
        Contradiction{"INSERT OR REPLACE INTO models"
                      " SELECT trial_id, 1, 5 FROM trials"
                      " WHERE state = 'DIVERGED'",
                      "keeps a model without"},
        Contradiction{"UPDATE trials SET state = 'SUSPENDED'"
                      " WHERE state = 'QUEUED'",
                      "waits at a rung, or goes on from one, without"},
        Contradiction{"UPDATE trials SET rung = 1 WHERE state = 'QUEUED'",
                      "waits at a rung, or goes on from one, without"},
        Contradiction{"INSERT INTO checkpoints VALUES (1, 1, 5)",
                      "trial 1 keeps a checkpoint that nothing will go on"},
        Contradiction{"UPDATE attempts SET worker_id = 99 WHERE trial_id = 1",
                      "refers to a row of workers that is not there"}));

TEST_F(DatabaseFileTest, DamagedIndexIsFoundByAThoroughCheck) {
  Populate(*Open(path_));
  RawDatabase raw(path_);
  // The index of one question now has the answers to another.
  raw.Run(
      "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA writable_schema = ON;"
      "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM"
      " sqlite_schema WHERE name = 'trials_by_accuracy')"
      " WHERE name = 'trials_by_state'");
  ETALON_ASSERT_OK_AND_ASSIGN(const DatabaseReport report,
                              CheckDatabase(path_, CheckDepth::kThorough));
  EXPECT_THAT(report.problems, Not(IsEmpty()));
}

TEST_F(DatabaseFileTest, WhatIsNoDatabaseOfOursIsRefused) {
  EXPECT_THAT(CheckDatabase(path_, CheckDepth::kQuick),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr(path_)));
  EXPECT_FALSE(fs::exists(path_));
  WriteFile(path_, std::string(5000, 'x'));
  EXPECT_THAT(CheckDatabase(path_, CheckDepth::kQuick),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("not a SQLite")));
  WriteFile(path_, "");
  EXPECT_THAT(
      CheckDatabase(path_, CheckDepth::kQuick),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("is empty")));
  RawDatabase(copy_).Run("CREATE TABLE notes (text)");
  EXPECT_THAT(CheckDatabase(copy_, CheckDepth::kQuick),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("another program")));
}

// ---- backup ----

TEST_F(DatabaseFileTest, BackupIsOneFileWithAllThatIsCommitted) {
  const std::unique_ptr<SqliteStore> store = Open(path_);
  Populate(*store);
  ETALON_ASSERT_OK(BackUpDatabase(path_, copy_, {}));
  EXPECT_THAT(Files("copy.db"), ::testing::ElementsAre("copy.db"));
  EXPECT_EQ(RawDatabase(copy_).QueryValue("PRAGMA journal_mode"), "delete");
  const std::string rows = "SELECT * FROM trial_results ORDER BY search, trial";
  EXPECT_EQ(RawDatabase(copy_).Query(rows), RawDatabase(path_).Query(rows));
}

TEST_F(DatabaseFileTest, BackupUnderCommitsIsConsistent) {
  const std::unique_ptr<SqliteStore> store = Open(path_);
  std::atomic<bool> stop = false;
  std::atomic<int> committed = 0;
  std::thread writer([&] {
    while (!stop) {
      ETALON_EXPECT_OK(
          Insert(*store, absl::StrCat("search-", committed.load())));
      ++committed;
    }
  });
  for (int i = 0; i < 3; ++i) {
    while (committed < 20 * (i + 1)) std::this_thread::yield();
    const int before = committed;
    ETALON_EXPECT_OK(BackUpDatabase(path_, copy_, {.replace = true}));
    RawDatabase copy(copy_);
    const int copied =
        std::stoi(copy.QueryValue("SELECT count(*) FROM searches"));
    EXPECT_GE(copied, before);
    // The first so many, each whole.
    EXPECT_EQ(copy.QueryValue("SELECT max(search_id) FROM searches"),
              absl::StrCat(copied));
    EXPECT_EQ(copy.QueryValue("SELECT count(*) FROM stages"),
              absl::StrCat(copied * SampleStages().size()));
    ETALON_ASSERT_OK_AND_ASSIGN(const DatabaseReport report,
                                CheckDatabase(copy_, CheckDepth::kThorough));
    EXPECT_THAT(report.problems, IsEmpty());
  }
  stop = true;
  writer.join();
}

TEST_F(DatabaseFileTest, BackupTellsItsProgress) {
  Populate(*Open(path_));
  int64_t last = 0;
  int64_t total = 0;
  ETALON_ASSERT_OK(BackUpDatabase(
      path_, copy_, {.progress = [&](int64_t copied, int64_t all) {
        EXPECT_GE(copied, last);
        last = copied;
        total = all;
      }}));
  EXPECT_GT(total, 0);
  EXPECT_EQ(last, total);
  EXPECT_EQ(total, static_cast<int64_t>(fs::file_size(copy_)));
}

TEST_F(DatabaseFileTest, BackupReplacesNothingUnlessTold) {
  Populate(*Open(path_));
  WriteFile(copy_, "dear");
  EXPECT_THAT(BackUpDatabase(path_, copy_, {}),
              StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr(copy_)));
  EXPECT_EQ(ReadFile(copy_), "dear");
  EXPECT_THAT(Files("partial"), IsEmpty());
  ETALON_ASSERT_OK(BackUpDatabase(path_, copy_, {.replace = true}));
  ETALON_EXPECT_OK(CheckDatabase(copy_, CheckDepth::kThorough));
}

TEST_F(DatabaseFileTest, BackupNeverReplacesADatabaseInUse) {
  Populate(*Open(path_));
  const std::unique_ptr<SqliteStore> other = Open(copy_);
  ETALON_ASSERT_OK(Insert(*other, "alpha"));
  EXPECT_THAT(BackUpDatabase(path_, copy_, {.replace = true}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("database in use")));
  EXPECT_THAT(
      BackUpDatabase(path_, path_, {.replace = true}),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("to itself")));
}

TEST_F(DatabaseFileTest, BackupOfWhatIsNotThereMakesNothing) {
  EXPECT_THAT(BackUpDatabase(path_, copy_, {}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr(path_)));
  Populate(*Open(path_));
  EXPECT_THAT(BackUpDatabase(path_, folder_.File("no/copy.db"), {}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no folder")));
  EXPECT_THAT(Files("copy"), IsEmpty());
}

// ---- restore ----

TEST_F(DatabaseFileTest, RestoredDatabaseHasTheBackupsRowsUnderAnotherName) {
  Populate(*Open(path_));
  ETALON_ASSERT_OK(BackUpDatabase(path_, copy_, {}));
  ETALON_ASSERT_OK(Insert(*Open(path_), "after"));
  ETALON_ASSERT_OK_AND_ASSIGN(const Restoration restoration,
                              Restore(copy_, path_));
  EXPECT_EQ(restoration.generation, kNewGeneration);
  const std::unique_ptr<SqliteStore> store = Open(path_);
  EXPECT_EQ(store->database_generation(), kNewGeneration);
  EXPECT_EQ(RawDatabase(path_).QueryValue("SELECT count(*) FROM searches"),
            "2");
  // What was there is kept.
  EXPECT_EQ(
      RawDatabase(restoration.kept).QueryValue("SELECT count(*) FROM searches"),
      "3");
  EXPECT_THAT(restoration.kept, HasSubstr("etalon.db.before-20270115T080000"));
  EXPECT_THAT(Files("partial"), IsEmpty());
}

TEST_F(DatabaseFileTest, LeasesOfTheBackupAreReturnedAndHarmNoTrial) {
  Populate(*Open(path_));
  ETALON_ASSERT_OK(BackUpDatabase(path_, copy_, {}));
  ETALON_ASSERT_OK_AND_ASSIGN(const Restoration restoration,
                              Restore(copy_, path_));
  EXPECT_EQ(restoration.leases_ended, 1);
  RawDatabase raw(path_);
  EXPECT_EQ(
      raw.QueryValue("SELECT count(*) FROM attempts WHERE state = 'LEASED'"),
      "0");
  EXPECT_EQ(raw.QueryValue("SELECT count(*) FROM attempts"
                           " WHERE state = 'RETURNED' AND message LIKE"
                           " '%restored from a backup%'"),
            "1");
  ETALON_ASSERT_OK_AND_ASSIGN(const DatabaseReport report,
                              CheckDatabase(path_, CheckDepth::kThorough));
  EXPECT_THAT(report.problems, IsEmpty());
}

TEST_F(DatabaseFileTest, NumbersOfWorkersAreNotGivenAgain) {
  {
    const std::unique_ptr<SqliteStore> store = Open(path_);
    Populate(*store);
    ETALON_ASSERT_OK(BackUpDatabase(path_, copy_, {}));
  }
  ETALON_ASSERT_OK(Restore(copy_, path_));
  const std::unique_ptr<SqliteStore> store = Open(path_);
  ETALON_ASSERT_OK(store->Write({[](Transaction& transaction) {
    auto worker = transaction.InsertWorker("late", "", {}, "late", kNow);
    EXPECT_TRUE(worker.ok() && *worker > 1000);
    return worker.status();
  }})[0]);
}

TEST_F(DatabaseFileTest, DatabaseInUseIsNotRestoredOver) {
  const std::unique_ptr<SqliteStore> store = Open(path_);
  Populate(*store);
  ETALON_ASSERT_OK(BackUpDatabase(path_, copy_, {}));
  EXPECT_THAT(Restore(copy_, path_),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("in use by process")));
  EXPECT_EQ(store->database_generation(), kOldGeneration);
  ETALON_EXPECT_OK(Insert(*store, "alpha"));
}

TEST_F(DatabaseFileTest, DamagedBackupIsRefusedAndNothingChanges) {
  Populate(*Open(path_));
  ETALON_ASSERT_OK(BackUpDatabase(path_, copy_, {}));
  RawDatabase(copy_).Run("DELETE FROM results WHERE trial_id = 1");
  const std::string before = ReadFile(path_);
  EXPECT_THAT(Restore(copy_, path_),
              StatusIs(absl::StatusCode::kDataLoss,
                       AllOf(HasSubstr(copy_), HasSubstr("without a result"),
                             HasSubstr("nothing was changed"))));
  EXPECT_EQ(ReadFile(path_), before);
  EXPECT_THAT(Files("before-"), IsEmpty());
}

TEST_F(DatabaseFileTest, RestoresWhereThereIsNothing) {
  Populate(*Open(path_));
  ETALON_ASSERT_OK(BackUpDatabase(path_, copy_, {}));
  const std::string fresh = folder_.File("fresh.db");
  ETALON_ASSERT_OK_AND_ASSIGN(const Restoration restoration,
                              Restore(copy_, fresh));
  EXPECT_EQ(restoration.kept, "");
  EXPECT_EQ(Open(fresh)->database_generation(), kNewGeneration);
}

// A log that stays would be taken for the restored file's.
TEST_F(DatabaseFileTest, LogOfAKilledCoordinatorGoesWithItsDatabase) {
  Populate(*Open(path_));
  ETALON_ASSERT_OK(BackUpDatabase(path_, copy_, {}));
  const std::string killed = folder_.File("killed.db");
  {
    const std::unique_ptr<SqliteStore> store = Open(path_);
    ETALON_ASSERT_OK(Insert(*store, "after"));
    // As the files lie when the process dies.
    fs::copy_file(path_, killed);
    fs::copy_file(path_ + "-wal", killed + "-wal");
  }
  ETALON_ASSERT_OK_AND_ASSIGN(const Restoration restoration,
                              Restore(copy_, killed));
  EXPECT_FALSE(fs::exists(killed + "-wal"));
  EXPECT_EQ(RawDatabase(killed).QueryValue("SELECT count(*) FROM searches"),
            "2");
  EXPECT_EQ(
      RawDatabase(restoration.kept).QueryValue("SELECT count(*) FROM searches"),
      "3");
}

TEST_F(DatabaseFileTest, DamagedDatabaseIsKeptAndReplaced) {
  Populate(*Open(path_));
  ETALON_ASSERT_OK(BackUpDatabase(path_, copy_, {}));
  WriteFile(path_, std::string(5000, 'x'));
  ETALON_ASSERT_OK_AND_ASSIGN(const Restoration restoration,
                              Restore(copy_, path_));
  EXPECT_EQ(ReadFile(restoration.kept), std::string(5000, 'x'));
  EXPECT_EQ(Open(path_)->database_generation(), kNewGeneration);
}

// ---- migrate ----

TEST_F(DatabaseFileTest, OldDatabaseIsMigrated) {
  RawDatabase(path_).Run(ReadFile(ETALON_STORAGE_TESTDATA "/schema_v1.sql"));
  ETALON_ASSERT_OK_AND_ASSIGN(const Migration migration,
                              MigrateDatabase(path_));
  EXPECT_EQ(migration.from, 1);
  EXPECT_GE(migration.to, 2);
  ETALON_ASSERT_OK_AND_ASSIGN(const DatabaseReport report,
                              CheckDatabase(path_, CheckDepth::kThorough));
  EXPECT_THAT(report.problems, IsEmpty());
  EXPECT_EQ(report.schema_version, migration.to);
  ETALON_ASSERT_OK_AND_ASSIGN(const Migration again, MigrateDatabase(path_));
  EXPECT_EQ(again.from, again.to);
}

TEST_F(DatabaseFileTest, WhatCannotBeMigratedIsLeftAlone) {
  EXPECT_THAT(MigrateDatabase(path_),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr(path_)));
  EXPECT_FALSE(fs::exists(path_));
  const std::unique_ptr<SqliteStore> store = Open(path_);
  EXPECT_THAT(MigrateDatabase(path_),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("in use by process")));
}

}  // namespace
}  // namespace etalon::testing
