#include "storage/sqlite/sqlite_sql_reader.h"

#include <cstddef>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/status_macros.h"
#include "common/utf8.h"
#include "storage/sqlite/errors.h"
#include "storage/sqlite/sql_authorizer.h"
#include "storage/sqlite/temporary_files.h"
#include "storage/sqlite/time_limit.h"

namespace etalon::sqlite {
namespace {

// By which the last row may pass the limit on all: both are within a message.
constexpr int64_t kMaxRowBytes = int64_t{1} << 20;

struct Finalize {
  void operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
  }
};
using StatementPtr = std::unique_ptr<sqlite3_stmt, Finalize>;

// SQLite's limits of a connection (sqlite.org/c3ref/c_limit_attached.html). The
// views of ours need a third of any.
constexpr std::pair<int, int> kLimits[] = {
    {SQLITE_LIMIT_LENGTH, kMaxSqlValueBytes},
    {SQLITE_LIMIT_SQL_LENGTH, kMaxSqlTextBytes},
    {SQLITE_LIMIT_COLUMN, 200},
    {SQLITE_LIMIT_EXPR_DEPTH, 100},
    {SQLITE_LIMIT_COMPOUND_SELECT, 50},
    {SQLITE_LIMIT_VDBE_OP, 25'000},
    {SQLITE_LIMIT_FUNCTION_ARG, 50},
    {SQLITE_LIMIT_ATTACHED, 0},
    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 100},
    {SQLITE_LIMIT_VARIABLE_NUMBER, 1},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
    {SQLITE_LIMIT_WORKER_THREADS, 0},
};

// What SQLite says of `code`, in the terms of the one who asked; `denied` is
// what its authoriser said.
absl::Status Explain(const Connection& connection, int code,
                     const TimeLimit& time, const SqlLimits& limits,
                     absl::string_view denied) {
  const std::string message =
      absl::StrCat("sql: ", sqlite3_errmsg(connection.handle()));
  // Of a function SQLite says so in an error like any other.
  if (absl::StrContains(message, "not authorized")) code = SQLITE_AUTH;
  switch (code & 0xff) {
    case SQLITE_AUTH:
      return absl::PermissionDeniedError(absl::StrCat("sql: ", denied));
    case SQLITE_ERROR:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
      return absl::InvalidArgumentError(message);
    case SQLITE_TOOBIG:
      return absl::ResourceExhaustedError(
          absl::StrCat(message, ": a value may have ", kMaxSqlValueBytes,
                       " bytes, and a statement ", kMaxSqlTextBytes));
    case SQLITE_FULL:
      return absl::ResourceExhaustedError(absl::StrCat(
          "sql: it sorts or holds more than ", MaxTemporaryBytes() >> 20,
          " MiB on the way; select less"));
    case SQLITE_INTERRUPT:
      if (time.cancelled()) {
        return absl::CancelledError("sql: the caller hung up");
      }
      return absl::ResourceExhaustedError(
          absl::StrCat("sql: it took longer than it may (",
                       absl::FormatDuration(limits.max_time),
                       "); select less, or query a copy (`etalon db backup`)"));
    default:
      return ErrorOf(connection.handle(), code, connection.path());
  }
}

bool IsUtf8(absl::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const size_t bytes = DecodeUtf8(text, i).bytes;
    if (bytes == 0) return false;
    i += bytes;
  }
  return true;
}

SqlCell CellAt(sqlite3_stmt* row, int column) {
  const auto text = [&](const void* data) {
    const auto size = static_cast<size_t>(sqlite3_column_bytes(row, column));
    return std::string(static_cast<const char*>(data), data ? size : 0);
  };
  switch (sqlite3_column_type(row, column)) {
    case SQLITE_NULL:
      return std::monostate();
    case SQLITE_INTEGER:
      return int64_t{sqlite3_column_int64(row, column)};
    case SQLITE_FLOAT:
      return sqlite3_column_double(row, column);
    case SQLITE_BLOB:
      return SqlBlob{text(sqlite3_column_blob(row, column))};
    default: {
      std::string value = text(sqlite3_column_text(row, column));
      // Bytes that a CAST made text of: what travels as text is UTF-8.
      if (!IsUtf8(value)) return SqlBlob{std::move(value)};
      return value;
    }
  }
}

int64_t BytesOf(const SqlCell& cell) {
  constexpr int64_t kOverhead = 12;  // on the wire, or more than that
  if (const auto* text = std::get_if<std::string>(&cell)) {
    return kOverhead + static_cast<int64_t>(text->size());
  }
  if (const auto* blob = std::get_if<SqlBlob>(&cell)) {
    return kOverhead + static_cast<int64_t>(blob->bytes.size());
  }
  return kOverhead;
}

// The one statement of `sql`.
absl::StatusOr<StatementPtr> PrepareOnly(const Connection& connection,
                                         absl::string_view sql,
                                         const TimeLimit& time,
                                         const SqlLimits& limits,
                                         const std::string& denied) {
  const char* rest = sql.data();
  const char* const end = sql.data() + sql.size();
  StatementPtr only;
  // Comments and semicolons are statements that are null.
  while (rest != end) {
    sqlite3_stmt* statement = nullptr;
    const char* tail = nullptr;
    const int code =
        sqlite3_prepare_v3(connection.handle(), rest,
                           static_cast<int>(end - rest), 0, &statement, &tail);
    StatementPtr prepared(statement);
    if (code != SQLITE_OK) {
      return Explain(connection, code, time, limits, denied);
    }
    if (prepared != nullptr && only != nullptr) {
      return absl::InvalidArgumentError("sql: more than one statement");
    }
    if (prepared != nullptr) only = std::move(prepared);
    if (tail == rest) break;
    rest = tail;
  }
  if (only == nullptr) return absl::InvalidArgumentError("sql: no statement");
  // The authoriser has let nothing else through.
  if (sqlite3_stmt_readonly(only.get()) == 0 ||
      sqlite3_column_count(only.get()) == 0) {
    return absl::PermissionDeniedError("sql: only SELECT is run");
  }
  return only;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteSqlReader>> SqliteSqlReader::Open(
    const std::string& path, absl::Duration busy_timeout,
    const std::atomic<bool>& hurry) {
  const char* const vfs = LimitedTemporaryFiles();
  if (vfs == nullptr) {
    return absl::InternalError("SQLite takes no VFS of ours");
  }
  ETALON_ASSIGN_OR_RETURN(
      std::unique_ptr<Connection> connection,
      Connection::Open(path, Connection::Mode::kRead, busy_timeout, vfs));
  sqlite3* const handle = connection->handle();
  // What it sorts goes to files, which are counted, whatever SQLite's default.
  ETALON_RETURN_IF_ERROR(connection->RunScript("PRAGMA temp_store = FILE"));
  // A misspelt column in double quotes is an error, not a text.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  // Looked at now, as nothing else may read it later on.
  ETALON_RETURN_IF_ERROR(
      connection->QueryInt64("SELECT count(*) FROM sqlite_schema").status());
  for (const auto& [limit, value] : kLimits) {
    sqlite3_limit(handle, limit, value);
  }
  std::unique_ptr<SqliteSqlReader> reader(
      new SqliteSqlReader(std::move(connection), hurry));
  AllowReadingOnly(handle, &reader->denied_);
  return reader;
}

absl::StatusOr<SqlTable> SqliteSqlReader::Run(
    absl::string_view sql, const SqlLimits& limits,
    const std::function<bool()>& cancelled) {
  if (sql.size() > static_cast<size_t>(kMaxSqlTextBytes)) {
    return absl::ResourceExhaustedError(
        absl::StrCat("sql: a statement of ", sql.size(), " bytes; at most ",
                     kMaxSqlTextBytes, " are read"));
  }
  // SQLite would end there, and run what is before it.
  if (absl::StrContains(sql, '\0')) {
    return absl::InvalidArgumentError("sql: it has a byte 0");
  }
  const TimeLimit time(*connection_, limits.max_time, &hurry_, kHurriedReadTime,
                       &cancelled);
  ETALON_ASSIGN_OR_RETURN(
      const StatementPtr statement,
      PrepareOnly(*connection_, sql, time, limits, denied_));
  SqlTable table;
  const int columns = sqlite3_column_count(statement.get());
  for (int i = 0; i < columns; ++i) {
    table.columns.emplace_back(sqlite3_column_name(statement.get(), i));
  }
  int64_t bytes_left = limits.max_bytes;
  while (true) {
    const int code = sqlite3_step(statement.get());
    if (code == SQLITE_DONE) return table;
    if (code != SQLITE_ROW) {
      return Explain(*connection_, code, time, limits, denied_);
    }
    if (static_cast<int64_t>(table.rows.size()) >= limits.max_rows ||
        bytes_left <= 0) {
      table.truncated = true;
      return table;
    }
    std::vector<SqlCell>& row = table.rows.emplace_back();
    for (int i = 0; i < columns; ++i) {
      row.push_back(CellAt(statement.get(), i));
      bytes_left -= BytesOf(row.back());
      if (bytes_left < -kMaxRowBytes) {
        return absl::ResourceExhaustedError(
            absl::StrCat("sql: a row has more than ", kMaxRowBytes, " bytes"));
      }
    }
  }
}

}  // namespace etalon::sqlite
