#include "storage/sqlite/sqlite_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/failpoint.h"
#include "common/log.h"
#include "common/status_macros.h"
#include "storage/sqlite/database_path.h"
#include "storage/sqlite/errors.h"
#include "storage/sqlite/gathered_log.h"
#include "storage/sqlite/integrity.h"
#include "storage/sqlite/open_database.h"
#include "storage/sqlite/schema.h"
#include "storage/sqlite/sqlite_reader.h"
#include "storage/sqlite/sqlite_sql_reader.h"

namespace etalon {
namespace {

using sqlite::Connection;

// Damage is found before anything builds on it.
absl::Status CheckUndamaged(Connection& connection, absl::Duration time_limit) {
  bool complete = true;
  ETALON_ASSIGN_OR_RETURN(
      const std::vector<std::string> problems,
      sqlite::FindDamageWithin(connection, time_limit, &complete));
  const std::string database = sqlite::DatabaseNamed(connection.path());
  if (!problems.empty()) {
    return absl::DataLossError(
        absl::StrCat(database, " is damaged (", problems[0],
                     "); see `etalon db check`, restore a backup with `etalon "
                     "db restore`, or name another file"));
  }
  if (!complete) {
    LogWarning(database, " is too large to be looked at whole within ",
               absl::FormatDuration(time_limit),
               "; `etalon db check` does it while this goes on");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteStore>> SqliteStore::Open(
    const Options& options) {
  ETALON_ASSIGN_OR_RETURN(const std::string path,
                          sqlite::ResolveDatabasePath(options.path));
  // Before all else: what follows may write.
  ETALON_ASSIGN_OR_RETURN(sqlite::FileLock lock,
                          sqlite::FileLock::Acquire(path));
  const char* const vfs = sqlite::GatheringFileSystem();
  if (vfs == nullptr) {
    return absl::InternalError("SQLite takes no VFS of ours");
  }
  ETALON_ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection,
                          Connection::Open(path, Connection::Mode::kWrite,
                                           options.busy_timeout, vfs));
  ETALON_RETURN_IF_ERROR(sqlite::CheckWritable(*connection));
  ETALON_ASSIGN_OR_RETURN(const bool ours, sqlite::CheckIdentity(*connection));
  if (!ours && options.new_generation == 0) {
    return absl::InvalidArgumentError(
        "a new database needs a random generation");
  }
  ETALON_RETURN_IF_ERROR(CheckUndamaged(*connection, options.check_time));
  ETALON_RETURN_IF_ERROR(connection->EnableWriteAheadLog());
  ETALON_RETURN_IF_ERROR(
      sqlite::UpgradeSchema(*connection, options.new_generation));
  ETALON_ASSIGN_OR_RETURN(const uint64_t generation,
                          sqlite::ReadGeneration(*connection));
  Options resolved = options;
  resolved.path = path;
  // The constructor is private, which make_unique cannot see past.
  std::unique_ptr<SqliteStore> store(new SqliteStore(
      resolved, std::move(lock), std::move(connection), generation));
  ETALON_RETURN_IF_ERROR(store->log_sync_.Begin());
  ETALON_RETURN_IF_ERROR(store->checkpointer_.Begin());
  // Bad times must not keep it from starting.
  if (const absl::Status held = store->ballast_.Hold(); !held.ok()) {
    LogWarning(held.message(), "; a full disk may need help by hand");
  }
  return store;
}

// Whoever stops the coordinator finds no more files than there must be.
SqliteStore::~SqliteStore() { ballast_.Release(); }

SqliteStore::SqliteStore(const Options& options, sqlite::FileLock lock,
                         std::unique_ptr<sqlite::Connection> connection,
                         uint64_t generation)
    : path_(options.path),
      busy_timeout_(options.busy_timeout),
      generation_(generation),
      on_lost_commit_(options.on_lost_commit),
      lock_(std::move(lock)),
      connection_(std::move(connection)),
      transaction_(*connection_, generation),
      log_sync_(*connection_),
      checkpointer_(*connection_, options.checkpoints),
      ballast_(options.path + ".ballast", options.ballast_bytes) {}

absl::Status SqliteStore::CheckRoom() {
  if (ballast_.released()) {
    const absl::Status held = ballast_.Hold();
    if (!held.ok()) {
      return absl::ResourceExhaustedError(absl::StrCat(
          sqlite::DatabaseNamed(path_), ": the disk is full (", held.message(),
          "); make room, and this goes on by itself"));
    }
    LogInfo("there is room on the disk again for ",
            sqlite::DatabaseNamed(path_));
  }
  return checkpointer_.CheckRoom();
}

std::vector<absl::Status> SqliteStore::Commit(
    absl::Span<const Operation> operations) {
  std::vector<absl::Status> statuses(operations.size());
  absl::Status transaction = log_sync_.status();
  if (transaction.ok()) transaction = CheckRoom();
  if (transaction.ok()) {
    transaction = RunTransaction(operations, false, absl::MakeSpan(statuses));
    if (transaction_.needs_savepoints()) {
      transaction = RunTransaction(operations, true, absl::MakeSpan(statuses));
    }
    if (transaction.ok()) {
      checkpointer_.AfterCommit();
    } else {
      Recover(transaction);
    }
  }
  // To all: one that failed may have failed for what another had done.
  if (!transaction.ok()) statuses.assign(operations.size(), transaction);
  return statuses;
}

void SqliteStore::Recover(const absl::Status& failure) {
  if (!absl::IsResourceExhausted(failure)) return;
  // What the disk lacks for a transaction it may lack for a checkpoint too.
  ballast_.Release();
  const absl::Status emptied = checkpointer_.Empty();
  LogError(failure.message(), "; nothing more is written until there is room; ",
           emptied.ok()
               ? "what is committed was moved into the file"
               : absl::StrCat("what is committed stays in the log, where it is "
                              "safe: ",
                              emptied.message()));
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
  // COMMIT writes even what savepoints have undone.
  return wrote ? EndTransaction() : connection_->Run("ROLLBACK");
}

absl::Status SqliteStore::EndTransaction() {
  ETALON_RETURN_IF_ERROR(transaction_.End());
  ETALON_RETURN_IF_ERROR(HitFailpoint(Failpoint::kStoreBeforeCommit));
  absl::Status status;
  {
    const sqlite::LogGathering gathering(log_sync_.log());
    status = connection_->Run("COMMIT");
  }
  log_sync_.Expect();
  if (status.ok() && !HitFailpoint(Failpoint::kStoreAfterCommit).ok()) {
    status = absl::InternalError("failpoint after COMMIT");
  }
  LoseCommit(status);
  return status;
}

absl::Status SqliteStore::Sync() {
  absl::Status status = HitFailpoint(Failpoint::kStoreBeforeSync).ok()
                            ? log_sync_.Sync()
                            : absl::InternalError("failpoint before the sync");
  LoseCommit(status);
  return status;
}

// What is on the disk after an error of it, nobody knows who has not read it
// anew: going on would be going on from a guess.
void SqliteStore::LoseCommit(const absl::Status& status) {
  if ((absl::IsInternal(status) || absl::IsDataLoss(status)) &&
      on_lost_commit_ != nullptr) {
    on_lost_commit_(status);
  }
}

absl::StatusOr<std::unique_ptr<Reader>> SqliteStore::NewReader() {
  ETALON_ASSIGN_OR_RETURN(
      std::unique_ptr<Connection> connection,
      Connection::Open(path_, Connection::Mode::kRead, busy_timeout_));
  return std::make_unique<sqlite::SqliteReader>(
      std::move(connection), generation_, checkpointer_.hurry());
}

absl::StatusOr<std::unique_ptr<SqlReader>> SqliteStore::NewSqlReader() {
  return sqlite::SqliteSqlReader::Open(path_, busy_timeout_,
                                       checkpointer_.hurry());
}

}  // namespace etalon
