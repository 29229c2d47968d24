#include "storage/sqlite/temporary_files.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstddef>

#include "common/limits.h"
#include "storage/sqlite/file_shim.h"

namespace etalon::sqlite {
namespace {

constexpr char kName[] = "etalon-limited-temporary-files";

struct LimitedFile {
  FileShim shim;
  sqlite3_int64 size_bytes;
};
constexpr size_t kShimBytes = ShimBytes(sizeof(LimitedFile));

// Of the temporary files that the thread has open: a query is one thread's.
thread_local sqlite3_int64 open_bytes = 0;

LimitedFile* Of(sqlite3_file* file) {
  return reinterpret_cast<LimitedFile*>(file);
}
sqlite3_file* Real(sqlite3_file* file) { return Of(file)->shim.real; }

int Close(sqlite3_file* file) {
  open_bytes -= Of(file)->size_bytes;
  Of(file)->size_bytes = 0;
  return Real(file)->pMethods->xClose(Real(file));
}
int Write(sqlite3_file* file, const void* data, int bytes,
          sqlite3_int64 offset) {
  const sqlite3_int64 grown =
      std::max<sqlite3_int64>(offset + bytes - Of(file)->size_bytes, 0);
  if (open_bytes + grown > MaxTemporaryBytes()) return SQLITE_FULL;
  const int code =
      Real(file)->pMethods->xWrite(Real(file), data, bytes, offset);
  if (code == SQLITE_OK) {
    Of(file)->size_bytes += grown;
    open_bytes += grown;
  }
  return code;
}
int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  const int code = Real(file)->pMethods->xTruncate(Real(file), size);
  if (code == SQLITE_OK && size < Of(file)->size_bytes) {
    open_bytes -= Of(file)->size_bytes - size;
    Of(file)->size_bytes = size;
  }
  return code;
}

const sqlite3_io_methods& Methods() {
  static const sqlite3_io_methods methods = [] {
    sqlite3_io_methods of_temporary_files = ForwardingMethods();
    of_temporary_files.xClose = Close;
    of_temporary_files.xWrite = Write;
    of_temporary_files.xTruncate = Truncate;
    return of_temporary_files;
  }();
  return methods;
}

int Open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags,
         int* out_flags) {
  auto* const real_vfs = static_cast<sqlite3_vfs*>(vfs->pAppData);
  constexpr int kTemporary = SQLITE_OPEN_TEMP_DB | SQLITE_OPEN_TEMP_JOURNAL |
                             SQLITE_OPEN_TRANSIENT_DB | SQLITE_OPEN_SUBJOURNAL;
  if ((flags & kTemporary) == 0) {
    return real_vfs->xOpen(real_vfs, name, file, flags, out_flags);
  }
  Of(file)->size_bytes = 0;
  Of(file)->shim.real = PlaceBehind(file, kShimBytes);
  file->pMethods = nullptr;  // not to be closed, unless it is opened
  const int code =
      real_vfs->xOpen(real_vfs, name, Real(file), flags, out_flags);
  if (code == SQLITE_OK) file->pMethods = &Methods();
  return code;
}

const char* Register() {
  sqlite3_vfs* const real = sqlite3_vfs_find(nullptr);
  if (real == nullptr) return nullptr;
  static sqlite3_vfs vfs = *real;
  vfs.pNext = nullptr;
  vfs.zName = kName;
  vfs.szOsFile = static_cast<int>(kShimBytes) + real->szOsFile;
  vfs.pAppData = real;
  vfs.xOpen = Open;
  return sqlite3_vfs_register(&vfs, /*makeDflt=*/0) == SQLITE_OK ? kName
                                                                 : nullptr;
}

}  // namespace

int64_t& MaxTemporaryBytes() {
  thread_local int64_t bytes = kMaxSqlTemporaryBytes;
  return bytes;
}

const char* LimitedTemporaryFiles() {
  static const char* const name = Register();
  return name;
}

}  // namespace etalon::sqlite
