#include "storage/sqlite/open_database.h"

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "storage/sqlite/errors.h"
#include "storage/sqlite/schema.h"

namespace etalon::sqlite {
namespace {

// A coordinator's checkpoint may hold the lock for so long.
constexpr absl::Duration kBusyTimeout = absl::Seconds(5);

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> OpenForReading(
    const std::string& path) {
  ETALON_ASSIGN_OR_RETURN(
      std::unique_ptr<Connection> connection,
      Connection::Open(path, Connection::Mode::kRead, kBusyTimeout));
  ETALON_ASSIGN_OR_RETURN(const bool ours, CheckIdentity(*connection));
  if (ours) return connection;
  return absl::FailedPreconditionError(
      absl::StrCat(DatabaseNamed(path), " is empty; name another file"));
}

absl::Status CheckWritable(Connection& connection) {
  if (sqlite3_db_readonly(connection.handle(), "main") == 0) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat(DatabaseNamed(connection.path()),
                   " is read-only; make the file writable or name another"));
}

}  // namespace etalon::sqlite
