#include <gmock/gmock.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "storage/sqlite/sqlite_store.h"
#include "storage/sqlite/temporary_files.h"
#include "tests/storage/sqlite/populated.h"
#include "tests/storage/sqlite/raw_database.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

// SQL of people's, friendly and hostile.

namespace etalon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// Counts without an end.
constexpr char kForever[] =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT max(i) FROM n";

// The beginning of a query on t, whose x is 131,072 letters.
constexpr char kLongText[] =
    "WITH RECURSIVE d(z) AS (SELECT 'x' UNION ALL SELECT z || z FROM d LIMIT "
    "18),"
    " t(x) AS (SELECT max(z) FROM d) ";

class SqlReaderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ETALON_ASSERT_OK_AND_ASSIGN(
        store_, SqliteStore::Open({.path = path_, .new_generation = 7}));
    Populate(*store_);
    ETALON_ASSERT_OK_AND_ASSIGN(reader_, store_->NewSqlReader());
  }

  absl::StatusOr<SqlTable> Run(absl::string_view sql,
                               const SqlLimits& limits = {}) {
    return reader_->Run(sql, limits, [] { return false; });
  }

  void ExpectRefused(absl::string_view sql, absl::StatusCode code,
                     const std::string& message = "sql: ") {
    EXPECT_THAT(Run(sql), StatusIs(code, HasSubstr(message))) << sql;
  }

  TempDir folder_;
  const std::string path_ = folder_.File("etalon.db");
  std::unique_ptr<SqliteStore> store_;
  std::unique_ptr<SqlReader> reader_;
};

TEST_F(SqlReaderTest, RowsHaveTheirTypesAndNames) {
  ETALON_ASSERT_OK_AND_ASSIGN(
      const SqlTable table,
      Run("SELECT 1 AS a, 0.5 AS b, 'x' AS c, NULL AS d, x'ff00' AS e,"
          " CAST(x'ff' AS TEXT) AS f -- the last is no text\n;"));
  EXPECT_THAT(table.columns, ElementsAre("a", "b", "c", "d", "e", "f"));
  ASSERT_THAT(table.rows, SizeIs(1));
  const std::vector<SqlCell>& row = table.rows[0];
  EXPECT_EQ(std::get<int64_t>(row[0]), 1);
  EXPECT_EQ(std::get<double>(row[1]), 0.5);
  EXPECT_EQ(std::get<std::string>(row[2]), "x");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(row[3]));
  EXPECT_EQ(std::get<SqlBlob>(row[4]).bytes, std::string("\xff\0", 2));
  EXPECT_EQ(std::get<SqlBlob>(row[5]).bytes, "\xff");
}

TEST_F(SqlReaderTest, EveryViewAndTableThatIsDescribedIsReadable) {
  for (const char* name :
       {"trial_results", "configuration_results", "best_trials",
        "stage_progress", "searches", "stages", "stage_counts",
        "configurations", "trials", "results", "attempts", "measurements",
        "models", "model_pieces", "workers", "events", "student_t"}) {
    const auto table = Run(absl::StrCat("SELECT * FROM ", name, " LIMIT 1"));
    ETALON_ASSERT_OK(table);
    EXPECT_THAT(table->rows, SizeIs(1)) << name;
  }
}

TEST_F(SqlReaderTest, WhatProvesThingsToTheCoordinatorIsNotShown) {
  ExpectRefused("SELECT generation FROM meta",
                absl::StatusCode::kPermissionDenied, "meta");
  ExpectRefused("SELECT * FROM requests", absl::StatusCode::kPermissionDenied,
                "requests");
  ETALON_ASSERT_OK_AND_ASSIGN(
      const SqlTable table,
      Run("SELECT DISTINCT request_id FROM attempts UNION ALL"
          " SELECT DISTINCT request_id FROM workers"));
  for (const auto& row : table.rows) {
    EXPECT_TRUE(std::holds_alternative<std::monostate>(row[0]));
  }
}

TEST_F(SqlReaderTest, RefusalsNameWhatIsRefused) {
  const auto denied = absl::StatusCode::kPermissionDenied;
  ExpectRefused("SELECT count(*) FROM requests", denied, "'requests'");
  ExpectRefused("SELECT printf('%9s', 1)", denied, "it calls 'printf'");
  ExpectRefused("DELETE FROM trials", denied, "only SELECT");
  ExpectRefused(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3)"
      " SELECT count(*) FROM n",
      denied, "'n', which is none of the views");
}

TEST_F(SqlReaderTest, WhateverIsNoSelectIsRefused) {
  for (const char* sql :
       {"DELETE FROM trials",
        "UPDATE searches SET name = 'x'",
        "INSERT INTO student_t VALUES (1000, 1)",
        "REPLACE INTO student_t VALUES (1, 1)",
        "WITH x AS (SELECT 1) DELETE FROM trials",
        "DROP TABLE trials",
        "DROP VIEW best_trials",
        "CREATE TABLE x (a)",
        "CREATE TEMP TABLE x AS SELECT 1",
        "CREATE TEMP VIEW x AS SELECT 1",
        "CREATE VIRTUAL TABLE x USING fts5(a)",
        "CREATE INDEX i ON trials (state)",
        "CREATE TRIGGER t AFTER INSERT ON trials BEGIN SELECT 1; END",
        "ALTER TABLE trials ADD COLUMN x",
        "REINDEX",
        "ANALYZE",
        "VACUUM",
        "VACUUM INTO '/tmp/etalon-stolen.db'",
        "ATTACH '/etc/passwd' AS p",
        "ATTACH ':memory:' AS m",
        "DETACH main",
        "PRAGMA user_version",
        "PRAGMA query_only = OFF",
        "PRAGMA writable_schema = ON",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA temp_store_directory = '/'",
        "BEGIN",
        "BEGIN IMMEDIATE",
        "COMMIT",
        "ROLLBACK",
        "SAVEPOINT s",
        "RELEASE s",
        "SELECT * FROM pragma_table_info('trials')",
        "SELECT * FROM pragma_database_list",
        "SELECT load_extension('/tmp/x.so')",
        "SELECT readfile('/etc/passwd')",
        "SELECT writefile('/tmp/x', 'y')",
        "SELECT sqlite_version()",
        "SELECT random()",
        "SELECT trim('a', 'b')",
        "SELECT fts3_tokenizer('x')",
        "SELECT sqlite_compileoption_get(0)",
        "SELECT json_patch('{}', '{}')",
        "SELECT * FROM dbstat",
        "SELECT * FROM sqlite_dbpage"}) {
    const absl::Status status = Run(sql).status();
    EXPECT_TRUE(absl::IsPermissionDenied(status) ||
                absl::IsInvalidArgument(status))
        << sql << ": " << status;
  }
  // Nothing of it has happened, and the reader reads on.
  ETALON_ASSERT_OK_AND_ASSIGN(const SqlTable table,
                              Run("SELECT count(*) FROM trials"));
  EXPECT_EQ(std::get<int64_t>(table.rows[0][0]), 14);
  RawDatabase raw(path_);
  EXPECT_EQ(raw.QueryValue("PRAGMA journal_mode"), "wal");
}

TEST_F(SqlReaderTest, WrongSqlIsAnsweredInSqlitesWords) {
  const auto invalid = absl::StatusCode::kInvalidArgument;
  ExpectRefused("SELEC 1", invalid, "near \"SELEC\": syntax error");
  ExpectRefused("SELECT lamda FROM trial_results", invalid,
                "no such column: lamda");
  ExpectRefused("SELECT \"lamda\" FROM trial_results", invalid,
                "no such column: lamda");
  ExpectRefused("SELECT * FROM trails", invalid, "no such table: trails");
  ExpectRefused("SELECT 1; SELECT 2", invalid, "more than one statement");
  ExpectRefused("", invalid, "no statement");
  ExpectRefused(" ; -- nothing", invalid, "no statement");
  ExpectRefused(absl::string_view("SELECT 1\0", 9), invalid);
  ExpectRefused("SELECT json('{')", invalid, "malformed JSON");
}

TEST_F(SqlReaderTest, RowsAndBytesAreLimited) {
  constexpr char kNumbers[] =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
      " SELECT i FROM n";
  ETALON_ASSERT_OK_AND_ASSIGN(const SqlTable rows,
                              Run(kNumbers, {.max_rows = 5}));
  EXPECT_THAT(rows.rows, SizeIs(5));
  EXPECT_TRUE(rows.truncated);
  ETALON_ASSERT_OK_AND_ASSIGN(const SqlTable bytes,
                              Run(kNumbers, {.max_bytes = 100}));
  EXPECT_LT(bytes.rows.size(), 20u);
  EXPECT_TRUE(bytes.truncated);
  ETALON_ASSERT_OK_AND_ASSIGN(const SqlTable exact,
                              Run("VALUES (1), (2)", {.max_rows = 2}));
  EXPECT_FALSE(exact.truncated);
}

TEST_F(SqlReaderTest, QueryWithoutEndEndsAtTheTimeLimit) {
  EXPECT_THAT(
      Run(kForever, {.max_time = absl::Milliseconds(20)}),
      StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("20ms")));
  EXPECT_THAT(Run("SELECT count(*) FROM events a, events b, events c, events d,"
                  " events e, events f, events g",
                  {.max_time = absl::Milliseconds(20)}),
              StatusIs(absl::StatusCode::kResourceExhausted, ::testing::_));
  ETALON_EXPECT_OK(Run("SELECT 1"));
}

TEST_F(SqlReaderTest, QueryEndsWhenItsCallerHangsUp) {
  int looks = 0;
  EXPECT_THAT(reader_->Run(kForever, {.max_time = absl::Hours(1)},
                           [&looks] { return ++looks > 3; }),
              StatusIs(absl::StatusCode::kCancelled, ::testing::_));
  EXPECT_EQ(looks, 4);
  ETALON_EXPECT_OK(Run("SELECT 1"));
}

TEST_F(SqlReaderTest, ValuesThatGrowAreStopped) {
  const auto exhausted = absl::StatusCode::kResourceExhausted;
  ExpectRefused(absl::StrCat(kLongText, "SELECT hex(x) FROM t"), exhausted);
  ExpectRefused(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
      " LIMIT 1000000)"
      " SELECT length(group_concat(i)) FROM n",
      exhausted);
  ExpectRefused(
      "WITH RECURSIVE d(x) AS (SELECT 'x' UNION ALL SELECT x || x FROM d"
      " LIMIT 40) SELECT max(length(x)) FROM d",
      exhausted);
  // Zeroblobs and widths that are given are not to be had at all.
  ExpectRefused("SELECT zeroblob(2000000000)",
                absl::StatusCode::kPermissionDenied);
  ExpectRefused("SELECT printf('%.*c', 2000000000, 'x')",
                absl::StatusCode::kPermissionDenied);
  ExpectRefused(absl::StrCat("SELECT '", std::string(20'000, 'x'), "'"),
                exhausted);
  std::string deep = "1";
  for (int i = 0; i < 1000; ++i) deep = absl::StrCat("-(", deep, ")");
  ExpectRefused("SELECT " + deep, absl::StatusCode::kInvalidArgument);
  // One row that no message holds.
  std::string wide = absl::StrCat(kLongText, "SELECT x");
  for (int i = 0; i < 30; ++i) wide += ", x";
  wide += " FROM t";
  ExpectRefused(wide, exhausted, "a row has more than");
}

TEST_F(SqlReaderTest, SortsThatGrowAreStoppedAndLeaveNothing) {
  sqlite::MaxTemporaryBytes() = int64_t{4} << 20;
  const std::string huge = absl::StrCat(
      absl::StripTrailingAsciiWhitespace(kLongText),
      ", n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000)"
      " SELECT length(max(y)) FROM"
      " (SELECT x || i AS y FROM t, n ORDER BY y DESC LIMIT 99999)");
  // What it held is given back: as much may be held again.
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(Run(huge, {.max_time = absl::Minutes(5)}),
                StatusIs(absl::StatusCode::kResourceExhausted,
                         HasSubstr("4 MiB on the way")));
  }
  ETALON_EXPECT_OK(Run("SELECT * FROM events ORDER BY message DESC, event_id"));
}

TEST_F(SqlReaderTest, WriterIsNotHeldUp) {
  std::atomic<bool> stop = false;
  std::thread query([&] {
    EXPECT_THAT(reader_->Run(kForever, {.max_time = absl::Hours(1)},
                             [&stop] { return stop.load(); }),
                StatusIs(absl::StatusCode::kCancelled, ::testing::_));
  });
  for (int i = 0; i < 20; ++i) {
    const std::vector<absl::Status> statuses =
        store_->Write({[](Transaction& transaction) {
          return transaction.TouchWorker(1, absl::UnixEpoch());
        }});
    ETALON_EXPECT_OK(statuses[0]);
  }
  stop = true;
  query.join();
}

}  // namespace
}  // namespace etalon::testing
