#ifndef ETALON_STORAGE_SQLITE_GATHERED_LOG_H_
#define ETALON_STORAGE_SQLITE_GATHERED_LOG_H_

#include <sqlite3.h>

namespace etalon::sqlite {

// SQLite writes what a transaction changed to its write-ahead log page by page,
// with two system calls each (sqlite.org/fileformat2.html#the_write_ahead_log:
// a frame is a header and a page). Here a COMMIT's frames are gathered and
// written in large pieces before COMMIT returns: so nobody, reader or crash,
// finds anything else than without.

// The name of a VFS that is the default one but that its logs can be gathered.
// Null where SQLite refuses the VFS.
const char* GatheringFileSystem();

// While it lives, what is written to `log` is gathered up to the frame that
// ends a transaction, which brings all of them to the file, as do 60 KiB.
// What is left in the end is dropped: of a COMMIT that failed, whose frames
// count for nothing. Around a COMMIT alone, so that the lock under which frames
// may be written is held as long as they wait.
//
// Threads: belongs to the connection's. The log's sync, which may be another
// thread's, does not touch what is gathered.
class LogGathering {
 public:
  // Outlives this. Of a connection that was not opened with
  // GatheringFileSystem(): nothing is gathered.
  explicit LogGathering(sqlite3_file* log);
  ~LogGathering();
  LogGathering(const LogGathering&) = delete;
  LogGathering& operator=(const LogGathering&) = delete;

 private:
  sqlite3_file* const log_;
};

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_GATHERED_LOG_H_
