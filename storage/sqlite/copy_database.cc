#include "storage/sqlite/copy_database.h"

#include <sqlite3.h>

#include <memory>

#include "common/status_macros.h"
#include "storage/sqlite/errors.h"

namespace etalon::sqlite {
namespace {

constexpr int kPagesPerStep = 256;
constexpr absl::Duration kBusyTimeout = absl::Seconds(5);

absl::Status CopyPages(Connection& source, Connection& target,
                       const CopyProgress& progress) {
  ETALON_ASSIGN_OR_RETURN(const int64_t page_bytes,
                          source.QueryInt64("PRAGMA page_size"));
  sqlite3_backup* const backup =
      sqlite3_backup_init(target.handle(), "main", source.handle(), "main");
  if (backup == nullptr) {
    return ErrorOf(target.handle(), sqlite3_errcode(target.handle()),
                   target.path());
  }
  int code;
  do {
    code = sqlite3_backup_step(backup, kPagesPerStep);
    if (progress && (code == SQLITE_OK || code == SQLITE_DONE)) {
      const int total = sqlite3_backup_pagecount(backup);
      progress((total - sqlite3_backup_remaining(backup)) * page_bytes,
               total * page_bytes);
    }
  } while (code == SQLITE_OK);
  // The errors of the steps come again from here.
  const int finished = sqlite3_backup_finish(backup);
  if (code == SQLITE_DONE && finished == SQLITE_OK) return absl::OkStatus();
  return ErrorOf(target.handle(), finished, target.path());
}

}  // namespace

absl::Status CopyDatabase(Connection& source, const std::string& path,
                          const CopyProgress& progress) {
  ETALON_ASSIGN_OR_RETURN(
      const std::unique_ptr<Connection> target,
      Connection::Open(path, Connection::Mode::kWrite, kBusyTimeout));
  // It is synced once, when it is whole.
  ETALON_RETURN_IF_ERROR(target->RunScript("PRAGMA synchronous = OFF"));
  // One moment of the source: without a transaction that is held, each commit
  // of another process would start the copy over.
  ETALON_RETURN_IF_ERROR(source.RunScript("BEGIN"));
  absl::Status status =
      source.QueryInt64("SELECT count(*) FROM sqlite_schema").status();
  if (status.ok()) status = CopyPages(source, *target, progress);
  // Nothing was written: there is nothing that could fail to be.
  source.RunScript("ROLLBACK").IgnoreError();
  ETALON_RETURN_IF_ERROR(status);
  // The copied header asks for a write-ahead log.
  return target->RunScript("PRAGMA journal_mode = DELETE");
}

}  // namespace etalon::sqlite
