#include "storage/sqlite/connection.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "storage/sqlite/errors.h"
#include "storage/sqlite/library.h"

namespace etalon::sqlite {

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(
    const std::string& path, Mode mode, absl::Duration busy_timeout,
    const char* vfs) {
  ConfigureLibrary();
  // NOMUTEX: each connection is used by one thread at a time.
  const int flags =
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
      (mode == Mode::kWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                            : SQLITE_OPEN_READONLY);
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, vfs);
  if (code != SQLITE_OK) {
    absl::Status status = ErrorOf(handle, code, path);
    sqlite3_close(handle);
    return status;
  }
  // The constructor is private, which make_unique cannot see past.
  std::unique_ptr<Connection> connection(new Connection(path, handle));
  connection->SetBusyTimeout(busy_timeout);
  ETALON_RETURN_IF_ERROR(connection->Configure(mode));
  return connection;
}

Connection::~Connection() {
  statements_.clear();
  sqlite3_close(handle_);
}

void Connection::SetBusyTimeout(absl::Duration timeout) {
  busy_timeout_ = timeout;
  sqlite3_busy_timeout(handle_,
                       static_cast<int>(absl::ToInt64Milliseconds(timeout)));
}

absl::Status Connection::Configure(Mode mode) {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  // A database may come from anywhere: its views and triggers get no function
  // with side effects.
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  ETALON_RETURN_IF_ERROR(RunScript("PRAGMA foreign_keys = ON"));
  // FULL: a commit survives the loss of power, not only of the process.
  return RunScript(mode == Mode::kWrite ? "PRAGMA synchronous = FULL"
                                        : "PRAGMA query_only = ON");
}

absl::Status Connection::EnableWriteAheadLog() {
  ETALON_ASSIGN_OR_RETURN(Statement row, Prepare("PRAGMA journal_mode = WAL"));
  ETALON_RETURN_IF_ERROR(row.Step().status());
  // It answers with the mode that is left where it cannot change it.
  const std::string mode = row.NextText();
  if (mode == "wal") return row.Finish();
  return absl::FailedPreconditionError(absl::StrCat(
      DatabaseNamed(path_), " cannot keep a write-ahead log (journal mode ",
      mode, "); it needs a local file system"));
}

const std::string& Connection::TimeText(absl::Time time) {
  const int64_t micros = absl::ToUnixMicros(time);
  const absl::Duration past = time - text_second_;
  if (!time_text_.empty() && past >= absl::ZeroDuration() &&
      past < absl::Seconds(1)) {
    // Its last digits, before the Z.
    int64_t rest = micros - absl::ToUnixMicros(text_second_);
    for (size_t i = 0; i < 6; ++i) {
      time_text_[time_text_.size() - 2 - i] =
          static_cast<char>('0' + rest % 10);
      rest /= 10;
    }
    return time_text_;
  }
  text_second_ = absl::FromUnixSeconds(absl::ToUnixSeconds(time));
  time_text_ = TimeToText(time);
  return time_text_;
}

absl::Status Connection::RunScript(const std::string& sql) {
  const int code =
      sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : ErrorOf(handle_, code, path_);
}

absl::StatusOr<int64_t> Connection::QueryInt64(absl::string_view sql) {
  ETALON_ASSIGN_OR_RETURN(Statement statement, Prepare(sql));
  ETALON_ASSIGN_OR_RETURN(const bool found, statement.Step());
  if (!found) return absl::InternalError(absl::StrCat("no row: ", sql));
  return statement.NextInt64();
}

absl::StatusOr<Statement> Connection::PrepareUnbound(absl::string_view sql) {
  auto it = statements_.find(sql);
  if (it == statements_.end()) {
    sqlite3_stmt* statement = nullptr;
    const int code =
        sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return ErrorOf(handle_, code, path_);
    it = statements_.emplace(sql, statement).first;
  }
  if (sqlite3_stmt_busy(it->second.get()) != 0) {
    return absl::InternalError(absl::StrCat("statement in use: ", sql));
  }
  return Statement(*this, it->second.get(), /*kept=*/true);
}

absl::StatusOr<Statement> Connection::PrepareOnce(absl::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), 0,
                         &statement, nullptr);
  if (code != SQLITE_OK) return ErrorOf(handle_, code, path_);
  return Statement(*this, statement, /*kept=*/false);
}

}  // namespace etalon::sqlite
