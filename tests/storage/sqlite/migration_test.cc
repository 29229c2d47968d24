#include <gmock/gmock.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "storage/database_file.h"
#include "storage/sqlite/schema.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/storage/sqlite/populated.h"
#include "tests/storage/sqlite/raw_database.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

// Databases of every earlier schema, brought to the newest by processes that
// are killed on the way.

namespace etalon::testing {
namespace {

using ::testing::IsEmpty;

// The connection that a test program opens dies at its `steps_left`-th step, in
// hundreds of instructions of SQLite's virtual machine.
int steps_left = 0;

int DieSoon(void*) {
  if (--steps_left <= 0) kill(getpid(), SIGKILL);
  return 0;
}

int WatchConnection(sqlite3* handle, char**, const sqlite3_api_routines*) {
  sqlite3_progress_handler(handle, 100, DieSoon, nullptr);
  return SQLITE_OK;
}

// Migrates in a process of its own that is killed after so many steps. Whether
// it came to its end before.
bool MigrateUntilKilled(const std::string& path, int steps) {
  const pid_t child = fork();
  if (child == 0) {
    steps_left = steps;
    // SQLite declares extensions' entry points without their parameters.
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(WatchConnection));
    _exit(MigrateDatabase(path).ok() ? 0 : 1);
  }
  int status = 0;
  GTEST_CHECK_(waitpid(child, &status, 0) == child);
  EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
  return WIFEXITED(status);
}

constexpr char kRows[] =
    "SELECT t.trial_id, t.search_id, t.number, t.stage_id, t.configuration,"
    " t.replicate, t.initialization_seed, t.minibatches_seed, t.state,"
    " t.attempt_count, t.failure_reason, t.failure_message, t.failure_update,"
    " t.create_time, t.end_time, r.*, a.* FROM trials AS t LEFT JOIN results "
    "AS r USING"
    " (trial_id) LEFT JOIN attempts AS a USING (trial_id)"
    " ORDER BY t.trial_id, a.number";

class MigrationTest : public ::testing::TestWithParam<int> {
 protected:
  std::string Frozen() const {
    return ReadFile(ETALON_STORAGE_TESTDATA "/schema_v" +
                    std::to_string(GetParam()) + ".sql");
  }

  TempDir folder_;
  const std::string path_ = folder_.File("etalon.db");
};

TEST_P(MigrationTest, GoesOnWhereverItWasKilled) {
  const std::string before = folder_.File("before.db");
  RawDatabase(before).Run(Frozen());
  const auto rows = RawDatabase(before).Query(kRows);
  ASSERT_FALSE(rows.empty());
  bool ended = false;
  int kills = 0;
  // Each try lives a little longer than the one before it.
  for (int steps = 1; !ended && steps < 1000; steps += 1 + steps / 8) {
    const std::string path = folder_.File(std::to_string(steps) + ".db");
    RawDatabase(path).Run(Frozen());
    ended = MigrateUntilKilled(path, steps);
    kills += ended ? 0 : 1;
    ETALON_ASSERT_OK_AND_ASSIGN(const Migration migration,
                                MigrateDatabase(path));
    EXPECT_EQ(migration.to, sqlite::SchemaVersion());
    EXPECT_EQ(RawDatabase(path).Query(kRows), rows);
    ETALON_ASSERT_OK_AND_ASSIGN(const DatabaseReport report,
                                CheckDatabase(path, CheckDepth::kThorough));
    EXPECT_THAT(report.problems, IsEmpty());
  }
  EXPECT_TRUE(ended);
  EXPECT_GT(kills, 3);
}

TEST_P(MigrationTest, NumbersThatWereGivenAreNotGivenAgain) {
  RawDatabase raw(path_);
  raw.Run(Frozen());
  raw.Run("UPDATE sqlite_sequence SET seq = 1000 WHERE name = 'trials'");
  ETALON_ASSERT_OK(MigrateDatabase(path_));
  EXPECT_EQ(raw.QueryValue("SELECT seq FROM sqlite_sequence"
                           " WHERE name = 'trials'"),
            "1000");
}

INSTANTIATE_TEST_SUITE_P(EarlierSchemas, MigrationTest,
                         ::testing::Values(1, 2, 3));

TEST(MigrationTest, DatabaseWithoutATrialIsMigrated) {
  const TempDir folder;
  const std::string path = folder.File("etalon.db");
  RawDatabase(path).Run(ReadFile(ETALON_STORAGE_TESTDATA "/schema_v1.sql"));
  RawDatabase(path).Run(
      "PRAGMA foreign_keys = OFF; DELETE FROM model_pieces;"
      "DELETE FROM models; DELETE FROM measurements; DELETE FROM results;"
      "DELETE FROM attempts; DELETE FROM trials;"
      "DELETE FROM sqlite_sequence WHERE name = 'trials'");
  ETALON_EXPECT_OK(MigrateDatabase(path));
}

// Every version that this program can read has a frozen database.
TEST(MigrationTest, EveryEarlierSchemaIsTested) {
  for (int version = 1; version <= sqlite::SchemaVersion(); ++version) {
    EXPECT_FALSE(ReadFile(ETALON_STORAGE_TESTDATA "/schema_v" +
                          std::to_string(version) + ".sql")
                     .empty());
  }
}

}  // namespace
}  // namespace etalon::testing
