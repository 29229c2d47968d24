#ifndef ETALON_STORAGE_SQLITE_FILE_SHIM_H_
#define ETALON_STORAGE_SQLITE_FILE_SHIM_H_

#include <sqlite3.h>

#include <cstddef>

namespace etalon::sqlite {

// An open file of a VFS that stands in front of another (sqlite.org/vfs.html,
// "VFS Shims"): what SQLite holds begins with this, and the other's file does
// the work.
struct FileShim {
  sqlite3_file base;
  sqlite3_file* real;
};

// Methods of a FileShim that all go to the real file, for a shim to put its own
// in their place. Version 2: without memory mapping, past which what is written
// would not be seen.
sqlite3_io_methods ForwardingMethods();

// How many bytes a shim takes in front of its real file, in the one allocation
// that SQLite makes for both (szOsFile).
constexpr size_t ShimBytes(size_t size) {
  return (size + alignof(std::max_align_t) - 1) / alignof(std::max_align_t) *
         alignof(std::max_align_t);
}

// The place behind so many, for the real file.
inline sqlite3_file* PlaceBehind(sqlite3_file* shim, size_t shim_bytes) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(shim) +
                                         shim_bytes);
}

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_FILE_SHIM_H_
