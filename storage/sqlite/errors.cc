#include "storage/sqlite/errors.h"

#include <cerrno>

#include "absl/strings/str_cat.h"

namespace etalon::sqlite {
namespace {

// Of an input or output error; else 0.
int SystemErrorOf(sqlite3* handle, int code) {
  if ((code & 0xff) != SQLITE_IOERR || handle == nullptr) return 0;
  return sqlite3_system_errno(handle);
}

bool IsDiskFull(sqlite3* handle, int code) {
  if ((code & 0xff) == SQLITE_FULL) return true;
  // Some writes, such as to the shared-memory file, report a full disk as an
  // input/output error.
  const int system_error = SystemErrorOf(handle, code);
  return system_error == ENOSPC || system_error == EDQUOT;
}

}  // namespace

std::string DatabaseNamed(absl::string_view path) {
  return absl::StrCat("database '", path, "'");
}

absl::Status ErrorOf(sqlite3* handle, int code, absl::string_view path) {
  const std::string detail = absl::StrCat(
      handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code),
      " (SQLite error ", code, ")");
  const std::string database = DatabaseNamed(path);
  if (IsDiskFull(handle, code)) {
    return absl::ResourceExhaustedError(
        absl::StrCat(database, ": no space left to write to: ", detail));
  }
  // A disk that was mounted anew for reading alone.
  if (SystemErrorOf(handle, code) == EROFS) {
    return absl::UnavailableError(
        absl::StrCat(database, " cannot be written: ", detail));
  }
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::UnavailableError(
          absl::StrCat(database, ": another process holds its lock: ", detail));
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return absl::UnavailableError(
          absl::StrCat(database, " cannot be written: ", detail));
    case SQLITE_CANTOPEN:
      return absl::UnavailableError(
          absl::StrCat(database, " cannot be opened: ", detail));
    case SQLITE_CORRUPT:
      return absl::DataLossError(
          absl::StrCat(database, " is damaged: ", detail,
                       "; restore a backup with `etalon db restore` or name "
                       "another file"));
    case SQLITE_NOTADB:
      return absl::DataLossError(absl::StrCat(
          "'", path, "' is not a SQLite database; name another file"));
    case SQLITE_INTERRUPT:
      return absl::ResourceExhaustedError(
          absl::StrCat(database, ": reading took longer than it may; ask for ",
                       "less at a time"));
    case SQLITE_NOMEM:
      return absl::ResourceExhaustedError(
          absl::StrCat(database, ": out of memory: ", detail));
    default:
      return absl::InternalError(absl::StrCat(database, ": ", detail));
  }
}

}  // namespace etalon::sqlite
