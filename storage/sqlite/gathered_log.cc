#include "storage/sqlite/gathered_log.h"

#include <cstddef>
#include <cstdint>
#include <new>
#include <string>

#include "storage/sqlite/file_shim.h"
#include "storage/sqlite/library.h"

// In front of whatever VFS is the default when a file is opened. Only logs are
// shims: SQLite gives every file szOsFile bytes, in which other files are the
// default VFS's.

namespace etalon::sqlite {
namespace {

constexpr char kName[] = "etalon-gathered-log";
constexpr int kFrameHeaderBytes = 24;
// SQLite's own VFS writes less than 128 KiB at a time: with one frame more, of
// the largest page there is, this is.
constexpr size_t kManyGatheredBytes = 60 << 10;
// No default VFS's file is larger.
constexpr int kMostFileBytes = 1024;

struct Log {
  FileShim shim;
  bool gathering = false;
  // What is gathered, its place in the file, and whether its last frame ends a
  // transaction.
  std::string frames;
  sqlite3_int64 offset = 0;
  bool ends_transaction = false;
  // Where in the file what was gathered before ends.
  sqlite3_int64 end = 0;
};
constexpr size_t kShimBytes = ShimBytes(sizeof(Log));

Log& Of(sqlite3_file* file) { return *reinterpret_cast<Log*>(file); }
sqlite3_file* Real(sqlite3_file* file) { return Of(file).shim.real; }

int Close(sqlite3_file* file) {
  const int code = Real(file)->pMethods->xClose(Real(file));
  Of(file).~Log();
  return code;
}

int Flush(Log& log) {
  if (log.frames.empty()) return SQLITE_OK;
  const auto bytes = static_cast<int>(log.frames.size());
  const int code = log.shim.real->pMethods->xWrite(
      log.shim.real, log.frames.data(), bytes, log.offset);
  log.end = log.offset + bytes;
  log.frames.clear();
  return code;
}

int Read(sqlite3_file* file, void* data, int bytes, sqlite3_int64 offset) {
  if (const int code = Flush(Of(file)); code != SQLITE_OK) return code;
  return Real(file)->pMethods->xRead(Real(file), data, bytes, offset);
}

// How large the database is after the frame's transaction, which only its last
// frame says.
uint32_t PagesAfter(const unsigned char* frame_header) {
  return uint32_t{frame_header[4]} << 24 | uint32_t{frame_header[5]} << 16 |
         uint32_t{frame_header[6]} << 8 | uint32_t{frame_header[7]};
}

int Write(sqlite3_file* file, const void* data, int bytes,
          sqlite3_int64 offset) {
  Log& log = Of(file);
  const bool is_header = bytes == kFrameHeaderBytes && offset >= log.end;
  const bool follows =
      !log.frames.empty() &&
      offset == log.offset + static_cast<sqlite3_int64>(log.frames.size());
  // What begins a log anew, or changes a frame that is there (a page that did
  // not fit the cache is written twice), goes on at once: SQLite may sync it,
  // and no page follows.
  if (!log.gathering || !(is_header || follows)) {
    if (const int code = Flush(log); code != SQLITE_OK) return code;
    return Real(file)->pMethods->xWrite(Real(file), data, bytes, offset);
  }
  if (!follows) {
    if (const int code = Flush(log); code != SQLITE_OK) return code;
    log.offset = offset;
  }
  if (is_header) {
    log.ends_transaction =
        PagesAfter(static_cast<const unsigned char*>(data)) != 0;
  }
  log.frames.append(static_cast<const char*>(data), static_cast<size_t>(bytes));
  if (is_header) return SQLITE_OK;
  if (log.ends_transaction || log.frames.size() >= kManyGatheredBytes) {
    return Flush(log);
  }
  return SQLITE_OK;
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (const int code = Flush(Of(file)); code != SQLITE_OK) return code;
  return Real(file)->pMethods->xTruncate(Real(file), size);
}
int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  if (const int code = Flush(Of(file)); code != SQLITE_OK) return code;
  return Real(file)->pMethods->xFileSize(Real(file), size);
}
// Syncs go to the file as they are: all that was committed is in it, and they
// may be another thread's.
const sqlite3_io_methods& Methods() {
  static const sqlite3_io_methods methods = [] {
    sqlite3_io_methods of_logs = ForwardingMethods();
    of_logs.xClose = Close;
    of_logs.xRead = Read;
    of_logs.xWrite = Write;
    of_logs.xTruncate = Truncate;
    of_logs.xFileSize = FileSize;
    return of_logs;
  }();
  return methods;
}

int Open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags,
         int* out_flags) {
  sqlite3_vfs* const real = sqlite3_vfs_find(nullptr);
  file->pMethods = nullptr;  // not to be closed, unless it is opened
  if (real == nullptr || real->szOsFile > kMostFileBytes) {
    return SQLITE_CANTOPEN;
  }
  if ((flags & SQLITE_OPEN_WAL) == 0) {
    return real->xOpen(real, name, file, flags, out_flags);
  }
  Log* const log = new (file) Log();
  log->shim.real = PlaceBehind(file, kShimBytes);
  const int code = real->xOpen(real, name, log->shim.real, flags, out_flags);
  if (code == SQLITE_OK) {
    log->shim.base.pMethods = &Methods();
  } else {
    log->~Log();
  }
  return code;
}
int Delete(sqlite3_vfs*, const char* name, int sync_folder) {
  sqlite3_vfs* const real = sqlite3_vfs_find(nullptr);
  return real->xDelete(real, name, sync_folder);
}
int Access(sqlite3_vfs*, const char* name, int flags, int* result) {
  sqlite3_vfs* const real = sqlite3_vfs_find(nullptr);
  return real->xAccess(real, name, flags, result);
}
int FullPathname(sqlite3_vfs*, const char* name, int bytes, char* path) {
  sqlite3_vfs* const real = sqlite3_vfs_find(nullptr);
  return real->xFullPathname(real, name, bytes, path);
}

const char* Register() {
  ConfigureLibrary();
  const sqlite3_vfs* const real = sqlite3_vfs_find(nullptr);
  if (real == nullptr) return nullptr;
  // What else there is, such as clocks and random numbers, is no file's.
  static sqlite3_vfs vfs = *real;
  vfs.pNext = nullptr;
  vfs.pAppData = nullptr;
  vfs.zName = kName;
  vfs.szOsFile = static_cast<int>(kShimBytes) + kMostFileBytes;
  vfs.xOpen = Open;
  vfs.xDelete = Delete;
  vfs.xAccess = Access;
  vfs.xFullPathname = FullPathname;
  return sqlite3_vfs_register(&vfs, /*makeDflt=*/0) == SQLITE_OK ? kName
                                                                 : nullptr;
}

}  // namespace

const char* GatheringFileSystem() {
  static const char* const name = Register();
  return name;
}

LogGathering::LogGathering(sqlite3_file* log)
    : log_(log->pMethods == &Methods() ? log : nullptr) {
  if (log_ == nullptr) return;
  Of(log_).gathering = true;
  Of(log_).end = 0;
}

LogGathering::~LogGathering() {
  if (log_ == nullptr) return;
  Of(log_).gathering = false;
  Of(log_).frames.clear();
}

}  // namespace etalon::sqlite
