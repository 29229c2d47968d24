#include "benchmarks/coordinator/bare_sqlite.h"

#include <sqlite3.h>

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/status_macros.h"

namespace etalon::benchmark {
namespace {

using Database = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;
using Statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

absl::Status Check(int code, sqlite3* database) {
  if (code == SQLITE_OK || code == SQLITE_DONE) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("SQLite alone: ", sqlite3_errmsg(database)));
}

absl::Status Execute(const Database& database, const char* sql) {
  return Check(sqlite3_exec(database.get(), sql, nullptr, nullptr, nullptr),
               database.get());
}

absl::StatusOr<Statement> Prepare(const Database& database, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  ETALON_RETURN_IF_ERROR(
      Check(sqlite3_prepare_v2(database.get(), sql, -1, &statement, nullptr),
            database.get()));
  return Statement(statement, sqlite3_finalize);
}

// For the row with this id, if the statement has a parameter.
absl::Status Run(const Database& database, const Statement& statement,
                 int row = 0) {
  if (row > 0) sqlite3_bind_int(statement.get(), 1, row);
  const absl::Status status =
      Check(sqlite3_step(statement.get()), database.get());
  sqlite3_reset(statement.get());
  return status;
}

}  // namespace

absl::StatusOr<nlohmann::json> MeasureBareSqlite(const std::string& file,
                                                 int group, int pairs,
                                                 Clock& clock) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open(file.c_str(), &opened);
  const Database database(opened, sqlite3_close);
  ETALON_RETURN_IF_ERROR(Check(code, opened));
  ETALON_RETURN_IF_ERROR(Execute(
      database,
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
      "DROP TABLE IF EXISTS trial;"
      "CREATE TABLE trial(id INTEGER PRIMARY KEY, state TEXT, result REAL)"
      " STRICT"));
  ETALON_ASSIGN_OR_RETURN(const Statement begin,
                          Prepare(database, "BEGIN IMMEDIATE"));
  ETALON_ASSIGN_OR_RETURN(const Statement commit, Prepare(database, "COMMIT"));
  ETALON_ASSIGN_OR_RETURN(
      const Statement insert,
      Prepare(database, "INSERT INTO trial(state) VALUES ('QUEUED')"));
  ETALON_ASSIGN_OR_RETURN(
      const Statement lease,
      Prepare(database, "UPDATE trial SET state='RUNNING' WHERE id=?"));
  ETALON_ASSIGN_OR_RETURN(
      const Statement complete,
      Prepare(database,
              "UPDATE trial SET state='SUCCEEDED', result=0.5 WHERE id=?"));
  ETALON_RETURN_IF_ERROR(Run(database, begin));
  for (int i = 0; i < pairs; ++i) ETALON_RETURN_IF_ERROR(Run(database, insert));
  ETALON_RETURN_IF_ERROR(Run(database, commit));

  const absl::Duration start = clock.Monotonic();
  for (int row = 1; row <= pairs;) {
    ETALON_RETURN_IF_ERROR(Run(database, begin));
    for (const int end = std::min(row + group, pairs + 1); row < end; ++row) {
      ETALON_RETURN_IF_ERROR(Run(database, lease, row));
      ETALON_RETURN_IF_ERROR(Run(database, complete, row));
    }
    ETALON_RETURN_IF_ERROR(Run(database, commit));
  }
  return nlohmann::json{
      {"pairs_per_second",
       pairs / absl::ToDoubleSeconds(clock.Monotonic() - start)}};
}

}  // namespace etalon::benchmark
