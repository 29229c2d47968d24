#ifndef ETALON_STORAGE_SQLITE_TEMPORARY_FILES_H_
#define ETALON_STORAGE_SQLITE_TEMPORARY_FILES_H_

#include <cstdint>

namespace etalon::sqlite {

// The name of a VFS that is the default one but for temporary files, in which
// sorts and common table expressions put what they hold: all those of a thread
// together have at most what MaxTemporaryBytes says. A statement that wants
// more fails with SQLITE_FULL. Null where SQLite refuses the VFS.
const char* LimitedTemporaryFiles();

// Of the calling thread: kMaxSqlTemporaryBytes, unless it sets another.
int64_t& MaxTemporaryBytes();

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_TEMPORARY_FILES_H_
