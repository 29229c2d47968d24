#include "storage/sqlite/sqlite_store.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/failpoint.h"
#include "common/status_macros.h"
#include "storage/sqlite/errors.h"
#include "storage/sqlite/schema.h"
#include "storage/sqlite/sqlite_reader.h"

namespace etalon {
namespace {

using sqlite::Connection;

// The file's one spelling, by which its lock file is named.
absl::StatusOr<std::string> ResolvePath(const std::string& path) {
  if (path.empty()) return absl::InvalidArgumentError("no database file named");
  std::error_code error;
  // Made absolute first: a relative name of a new file would stay relative, and
  // a plain one have no folder.
  const std::filesystem::path resolved =
      std::filesystem::weakly_canonical(std::filesystem::absolute(path), error);
  if (error) {
    return absl::FailedPreconditionError(absl::StrCat(
        sqlite::DatabaseNamed(path), " cannot be reached: ", error.message()));
  }
  if (std::filesystem::is_directory(resolved, error)) {
    return absl::FailedPreconditionError(
        absl::StrCat("'", path, "' is a folder; name a file in it, such as '",
                     (resolved / "etalon.db").string(), "'"));
  }
  const std::filesystem::path folder = resolved.parent_path();
  if (!std::filesystem::is_directory(folder, error)) {
    return absl::NotFoundError(
        absl::StrCat(sqlite::DatabaseNamed(path), ": there is no folder '",
                     folder.string(), "'; create it or name another file"));
  }
  return resolved.string();
}

// SQLite opens for reading alone, without a word, what it may not write.
absl::Status CheckWritable(Connection& connection) {
  if (sqlite3_db_readonly(connection.handle(), "main") == 0) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat(sqlite::DatabaseNamed(connection.path()),
                   " is read-only; make the file writable or name another"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteStore>> SqliteStore::Open(
    const Options& options) {
  ETALON_ASSIGN_OR_RETURN(const std::string path, ResolvePath(options.path));
  // Before all else: what follows may write.
  ETALON_ASSIGN_OR_RETURN(sqlite::FileLock lock,
                          sqlite::FileLock::Acquire(path));
  ETALON_ASSIGN_OR_RETURN(
      std::unique_ptr<Connection> connection,
      Connection::Open(path, Connection::Mode::kWrite, options.busy_timeout));
  ETALON_RETURN_IF_ERROR(CheckWritable(*connection));
  ETALON_ASSIGN_OR_RETURN(const bool ours, sqlite::CheckIdentity(*connection));
  if (!ours && options.new_generation == 0) {
    return absl::InvalidArgumentError(
        "a new database needs a random generation");
  }
  ETALON_RETURN_IF_ERROR(connection->EnableWriteAheadLog());
  ETALON_RETURN_IF_ERROR(
      sqlite::UpgradeSchema(*connection, options.new_generation));
  ETALON_ASSIGN_OR_RETURN(const uint64_t generation,
                          sqlite::ReadGeneration(*connection));
  Options resolved = options;
  resolved.path = path;
  // The constructor is private, which make_unique cannot see past.
  return std::unique_ptr<SqliteStore>(new SqliteStore(
      resolved, std::move(lock), std::move(connection), generation));
}

SqliteStore::SqliteStore(const Options& options, sqlite::FileLock lock,
                         std::unique_ptr<sqlite::Connection> connection,
                         uint64_t generation)
    : path_(options.path),
      busy_timeout_(options.busy_timeout),
      generation_(generation),
      on_lost_commit_(options.on_lost_commit),
      lock_(std::move(lock)),
      connection_(std::move(connection)),
      transaction_(*connection_, generation) {}

std::vector<absl::Status> SqliteStore::Write(
    absl::Span<const Operation> operations) {
  std::vector<absl::Status> statuses(operations.size());
  absl::Status transaction =
      RunTransaction(operations, false, absl::MakeSpan(statuses));
  if (transaction_.needs_savepoints()) {
    transaction = RunTransaction(operations, true, absl::MakeSpan(statuses));
  }
  // To all: one that failed may have failed for what another had done.
  if (!transaction.ok()) statuses.assign(operations.size(), transaction);
  return statuses;
}

absl::Status SqliteStore::RunTransaction(absl::Span<const Operation> operations,
                                         bool savepoints,
                                         absl::Span<absl::Status> statuses) {
  transaction_.Begin(savepoints);
  // IMMEDIATE: a transaction that takes the write lock only at its first write
  // may be refused it at once, whatever the busy timeout.
  ETALON_RETURN_IF_ERROR(HitFailpoint(Failpoint::kStoreBeforeBegin));
  ETALON_RETURN_IF_ERROR(connection_->Run("BEGIN IMMEDIATE"));
  const absl::Status status = RunOperations(operations, statuses);
  if (!status.ok() && connection_->in_transaction()) {
    connection_->Run("ROLLBACK").IgnoreError();
  }
  return status;
}

absl::Status SqliteStore::RunOperations(absl::Span<const Operation> operations,
                                        absl::Span<absl::Status> statuses) {
  ETALON_RETURN_IF_ERROR(HitFailpoint(Failpoint::kStoreAfterBegin));
  bool wrote = false;
  for (size_t i = 0; i < operations.size(); ++i) {
    const int64_t changes_before = connection_->total_changes();
    ETALON_RETURN_IF_ERROR(transaction_.Try(
        [&] { return operations[i](transaction_); }, &statuses[i]));
    wrote = wrote || (statuses[i].ok() &&
                      connection_->total_changes() != changes_before);
  }
  // COMMIT writes and syncs even what savepoints have undone.
  return wrote ? Commit() : connection_->Run("ROLLBACK");
}

absl::Status SqliteStore::Commit() {
  ETALON_RETURN_IF_ERROR(HitFailpoint(Failpoint::kStoreBeforeCommit));
  absl::Status status = connection_->Run("COMMIT");
  if (status.ok() && !HitFailpoint(Failpoint::kStoreAfterCommit).ok()) {
    status = absl::InternalError("failpoint after COMMIT");
  }
  // What is on the disk after an error of it, nobody knows who has not read it
  // anew: going on would be going on from a guess.
  if ((absl::IsInternal(status) || absl::IsDataLoss(status)) &&
      on_lost_commit_ != nullptr) {
    on_lost_commit_(status);
  }
  return status;
}

absl::StatusOr<std::unique_ptr<Reader>> SqliteStore::NewReader() {
  ETALON_ASSIGN_OR_RETURN(
      std::unique_ptr<Connection> connection,
      Connection::Open(path_, Connection::Mode::kRead, busy_timeout_));
  return std::make_unique<sqlite::SqliteReader>(std::move(connection),
                                                generation_);
}

}  // namespace etalon
