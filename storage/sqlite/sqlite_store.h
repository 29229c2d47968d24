#ifndef ETALON_STORAGE_SQLITE_SQLITE_STORE_H_
#define ETALON_STORAGE_SQLITE_SQLITE_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "storage/sqlite/ballast.h"
#include "storage/sqlite/checkpoint.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/file_lock.h"
#include "storage/sqlite/log_sync.h"
#include "storage/sqlite/sqlite_transaction.h"
#include "storage/store.h"

namespace etalon {

// A Store in one SQLite file, in write-ahead-log mode; beside it lie FILE-wal
// and FILE-shm, FILE.lock, which keeps a second store from the same file, and
// FILE.ballast (sqlite/ballast.h). docs/database.md describes the tables and
// the views that people may query meanwhile, with `sqlite3` or anything else.
//
// On a full disk what is committed is safe and readers go on; writes are
// refused until there is room for the ballast again, which every write looks
// for.
//
// SQLite commits with synchronous=NORMAL, which leaves the log to be synced by
// Sync, so that the next transaction can run meanwhile: together they are what
// synchronous=FULL does (sqlite.org/pragma.html#pragma_synchronous). What a
// commit writes to the log is gathered (sqlite/gathered_log.h).
//
// Blocks on another process's lock for the busy timeout at most.
class SqliteStore : public Store {
 public:
  struct Options {
    // The file; created where there is none, in a folder that exists.
    std::string path;
    // Becomes the generation of a database that is created; random.
    uint64_t new_generation = 0;
    absl::Duration busy_timeout = absl::Seconds(5);
    // Called where a commit or a sync fails for a reason that leaves open
    // whether it holds, such as an input/output error, with that error, on the
    // thread that had it. A process that promises what was committed ends here,
    // for its successor to read what is.
    std::function<void(const absl::Status&)> on_lost_commit = nullptr;
    // How long to look for damage before the first use: a second does for about
    // a gigabyte that is in memory. Of a larger file the tables that matter
    // most are looked at.
    absl::Duration check_time = absl::Seconds(2);
    // Of the file FILE.ballast, which holds room for when the disk is full; 0
    // for none.
    int64_t ballast_bytes = int64_t{16} << 20;
    sqlite::Checkpointer::Options checkpoints = {};
  };

  // NOT_FOUND: no such folder. FAILED_PRECONDITION: the file is a folder,
  // cannot be written, is in use by another store, belongs to another program,
  // or has a newer schema. DATA_LOSS: it is no database, or damaged. Else as
  // Write. Messages name the file and the way out.
  static absl::StatusOr<std::unique_ptr<SqliteStore>> Open(
      const Options& options);

  ~SqliteStore() override;

  uint64_t database_generation() const override { return generation_; }
  std::vector<absl::Status> Commit(
      absl::Span<const Operation> operations) override;
  absl::Status Sync() override;
  absl::StatusOr<std::unique_ptr<Reader>> NewReader() override;
  absl::StatusOr<std::unique_ptr<SqlReader>> NewSqlReader() override;

 private:
  SqliteStore(const Options& options, sqlite::FileLock lock,
              std::unique_ptr<sqlite::Connection> connection,
              uint64_t generation);

  // Whether to begin a transaction: RESOURCE_EXHAUSTED.
  absl::Status CheckRoom();
  // After a transaction that failed.
  void Recover(const absl::Status& failure);

  // One status for each operation, for as long as the transaction itself has
  // not failed. Leaves none open.
  absl::Status RunTransaction(absl::Span<const Operation> operations,
                              bool savepoints,
                              absl::Span<absl::Status> statuses);
  absl::Status RunOperations(absl::Span<const Operation> operations,
                             absl::Span<absl::Status> statuses);
  absl::Status EndTransaction();
  void LoseCommit(const absl::Status& status);

  const std::string path_;
  const absl::Duration busy_timeout_;
  const uint64_t generation_;
  const std::function<void(const absl::Status&)> on_lost_commit_;
  const sqlite::FileLock lock_;  // before the connection, which it outlives
  const std::unique_ptr<sqlite::Connection> connection_;
  sqlite::SqliteTransaction transaction_;
  sqlite::LogSync log_sync_;
  sqlite::Checkpointer checkpointer_;
  sqlite::Ballast ballast_;
};

}  // namespace etalon

#endif  // ETALON_STORAGE_SQLITE_SQLITE_STORE_H_
