#ifndef ETALON_STORAGE_SQLITE_LOG_SYNC_H_
#define ETALON_STORAGE_SQLITE_LOG_SYNC_H_

#include <sqlite3.h>

#include <atomic>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "common/mutex.h"
#include "storage/sqlite/connection.h"

namespace etalon::sqlite {

// Brings the write-ahead log to the disk apart from the commits that wrote it,
// so that the connection can run the next transaction meanwhile. Through the
// connection's own file and SQLite's file system, whose sync is a system call
// beside which writing is allowed.
//
// Threads: Begin and Expect belong to the connection's; Sync to one, which may
// be another; status to any.
class LogSync {
 public:
  // Neither may outlive the connection.
  explicit LogSync(Connection& connection) : connection_(connection) {}
  LogSync(const LogSync&) = delete;
  LogSync& operator=(const LogSync&) = delete;

  // Takes syncing over from the connection, which has a write-ahead log. Codes
  // of ErrorOf.
  absl::Status Begin();

  // Something was committed.
  void Expect() { expected_ = true; }

  // Returns once all that was committed before is on the disk; at once where it
  // is. INTERNAL: it may not be, now and from now on.
  absl::Status Sync();

  // OK, or what Sync has failed with.
  absl::Status status() const;

  // SQLite's file of the log, from Begin on.
  sqlite3_file* log() const { return log_; }

 private:
  Connection& connection_;
  sqlite3_file* log_ = nullptr;
  std::atomic<bool> expected_ = false;
  mutable Mutex mutex_;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_LOG_SYNC_H_
