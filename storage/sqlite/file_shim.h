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

// Where, from the start of a shim of so many bytes in an allocation of
// SQLite's, the real file may lie.
constexpr size_t RealFileOffset(size_t shim_bytes) {
  return (shim_bytes + alignof(std::max_align_t) - 1) /
         alignof(std::max_align_t) * alignof(std::max_align_t);
}

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_FILE_SHIM_H_
