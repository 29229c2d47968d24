#include "storage/sqlite/log_sync.h"

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "storage/sqlite/errors.h"

namespace etalon::sqlite {

absl::Status LogSync::Begin() {
  // The log is there once a transaction has looked for it.
  ETALON_RETURN_IF_ERROR(connection_.Run("BEGIN IMMEDIATE"));
  ETALON_RETURN_IF_ERROR(connection_.Run("ROLLBACK"));
  const int code = sqlite3_file_control(connection_.handle(), "main",
                                        SQLITE_FCNTL_JOURNAL_POINTER, &log_);
  if (code != SQLITE_OK || log_ == nullptr || log_->pMethods == nullptr) {
    return absl::InternalError(
        absl::StrCat(DatabaseNamed(connection_.path()), ": SQLite does not ",
                     "give its log: ", sqlite3_errstr(code)));
  }
  // The first sync is of the folder too; alone, before another thread's.
  expected_ = true;
  ETALON_RETURN_IF_ERROR(Sync());
  // NORMAL: what SQLite syncs around checkpoints it syncs still.
  return connection_.RunScript("PRAGMA synchronous = NORMAL");
}

absl::Status LogSync::Sync() {
  if (!expected_.exchange(false)) return status();
  const int code = log_->pMethods->xSync(log_, SQLITE_SYNC_NORMAL);
  MutexLock lock(mutex_);
  if (code != SQLITE_OK && status_.ok()) {
    status_ = absl::InternalError(absl::StrCat(
        DatabaseNamed(connection_.path()),
        ": its write-ahead log cannot be synced: ", sqlite3_errstr(code)));
  }
  return status_;
}

absl::Status LogSync::status() const {
  MutexLock lock(mutex_);
  return status_;
}

}  // namespace etalon::sqlite
