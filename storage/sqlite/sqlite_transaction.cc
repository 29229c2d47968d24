#include "storage/sqlite/sqlite_transaction.h"

#include "common/status_macros.h"

namespace etalon::sqlite {

absl::Status SqliteTransaction::Try(absl::FunctionRef<absl::Status()> step,
                                    absl::Status* outcome) {
  // The innermost of several of one name is the one that is meant.
  if (savepoints_) ETALON_RETURN_IF_ERROR(connection_.Run("SAVEPOINT step"));
  const int64_t changes_before = connection_.total_changes();
  *outcome = step();
  // SQLite ends the whole transaction on some errors, such as a full disk.
  if (!connection_.in_transaction()) {
    return outcome->ok() ? absl::InternalError("transaction ended early")
                         : *outcome;
  }
  if (savepoints_) {
    if (!outcome->ok()) {
      ETALON_RETURN_IF_ERROR(connection_.Run("ROLLBACK TO step"));
      places_.clear();
    }
    return connection_.Run("RELEASE step");
  }
  if (outcome->ok() || connection_.total_changes() == changes_before) {
    return absl::OkStatus();
  }
  needs_savepoints_ = true;
  return absl::InternalError("a step cannot be undone without a savepoint");
}

}  // namespace etalon::sqlite
