#ifndef ETALON_STORAGE_SQLITE_CHECKPOINT_H_
#define ETALON_STORAGE_SQLITE_CHECKPOINT_H_

#include <atomic>
#include <cstdint>

#include "absl/status/status.h"
#include "storage/sqlite/connection.h"

namespace etalon::sqlite {

// Keeps the write-ahead log short, in place of SQLite's own checkpoints, which
// a reader that is always there would keep from ever beginning the log anew
// (sqlite.org/wal.html, "Avoiding Excessively Large WAL Files").
//
// Commits move to the file every few megabytes without waiting for anybody. A
// log that has grown all the same waits for those who read, a moment each time;
// one that grows on has our own readers hurry. Another process that holds a
// read transaction open can be waited for in vain: past max_bytes nothing more
// is written until it lets go.
//
// Threads: that of the connection, which is borrowed; `hurry` from any.
class Checkpointer {
 public:
  struct Options {
    // Between two checkpoints that wait for nobody.
    int64_t passive_bytes = int64_t{4} << 20;
    // From here on readers are waited for, and from half as much again they are
    // to hurry: with readers of our own alone the log stays below 64 MiB and
    // what one transaction writes.
    int64_t truncate_bytes = int64_t{32} << 20;
    int64_t max_bytes = int64_t{1} << 30;
  };

  Checkpointer(Connection& connection, const Options& options);
  // Leaves SQLite's own checkpoints off.
  ~Checkpointer();
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  // Of a database in write-ahead mode. Codes of ErrorOf.
  absl::Status Begin();

  // To be called after each commit. Whatever keeps it from its work can be
  // mended by a later call.
  void AfterCommit();

  // Whether there is room in the log for another commit: RESOURCE_EXHAUSTED.
  absl::Status CheckRoom();

  // Moves all that is committed into the file and empties the log, as far as
  // nobody reads. Codes of ErrorOf; UNAVAILABLE: somebody does.
  absl::Status Empty();

  // Whether readers keep the log from being begun anew.
  const std::atomic<bool>& hurry() const { return hurry_; }

  // Of commits in the log, moved or not.
  int64_t log_bytes() const { return log_pages_ * page_bytes_; }

 private:
  static int OnCommit(void* self, sqlite3*, const char*, int pages);
  absl::Status Checkpoint(int mode);
  absl::Status EmptyWithin(absl::Duration patience);

  Connection& connection_;
  const Options options_;
  int64_t page_bytes_ = 4096;
  int64_t log_pages_ = 0;
  // Of the log, when the next checkpoint is due.
  int64_t due_pages_ = 0;
  std::atomic<bool> hurry_ = false;
};

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_CHECKPOINT_H_
