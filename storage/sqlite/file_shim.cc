#include "storage/sqlite/file_shim.h"

namespace etalon::sqlite {
namespace {

sqlite3_file* Real(sqlite3_file* file) {
  return reinterpret_cast<FileShim*>(file)->real;
}

int Close(sqlite3_file* file) {
  return Real(file)->pMethods->xClose(Real(file));
}
int Read(sqlite3_file* file, void* data, int bytes, sqlite3_int64 offset) {
  return Real(file)->pMethods->xRead(Real(file), data, bytes, offset);
}
int Write(sqlite3_file* file, const void* data, int bytes,
          sqlite3_int64 offset) {
  return Real(file)->pMethods->xWrite(Real(file), data, bytes, offset);
}
int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  return Real(file)->pMethods->xTruncate(Real(file), size);
}
int Sync(sqlite3_file* file, int flags) {
  return Real(file)->pMethods->xSync(Real(file), flags);
}
int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return Real(file)->pMethods->xFileSize(Real(file), size);
}
int Lock(sqlite3_file* file, int level) {
  return Real(file)->pMethods->xLock(Real(file), level);
}
int Unlock(sqlite3_file* file, int level) {
  return Real(file)->pMethods->xUnlock(Real(file), level);
}
int CheckReservedLock(sqlite3_file* file, int* reserved) {
  return Real(file)->pMethods->xCheckReservedLock(Real(file), reserved);
}
int FileControl(sqlite3_file* file, int operation, void* argument) {
  return Real(file)->pMethods->xFileControl(Real(file), operation, argument);
}
int SectorSize(sqlite3_file* file) {
  return Real(file)->pMethods->xSectorSize(Real(file));
}
int DeviceCharacteristics(sqlite3_file* file) {
  return Real(file)->pMethods->xDeviceCharacteristics(Real(file));
}
int ShmMap(sqlite3_file* file, int page, int size, int extend,
           void volatile** memory) {
  return Real(file)->pMethods->xShmMap(Real(file), page, size, extend, memory);
}
int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
  return Real(file)->pMethods->xShmLock(Real(file), offset, count, flags);
}
void ShmBarrier(sqlite3_file* file) {
  Real(file)->pMethods->xShmBarrier(Real(file));
}
int ShmUnmap(sqlite3_file* file, int remove) {
  return Real(file)->pMethods->xShmUnmap(Real(file), remove);
}

}  // namespace

sqlite3_io_methods ForwardingMethods() {
  return {.iVersion = 2,
          .xClose = Close,
          .xRead = Read,
          .xWrite = Write,
          .xTruncate = Truncate,
          .xSync = Sync,
          .xFileSize = FileSize,
          .xLock = Lock,
          .xUnlock = Unlock,
          .xCheckReservedLock = CheckReservedLock,
          .xFileControl = FileControl,
          .xSectorSize = SectorSize,
          .xDeviceCharacteristics = DeviceCharacteristics,
          .xShmMap = ShmMap,
          .xShmLock = ShmLock,
          .xShmBarrier = ShmBarrier,
          .xShmUnmap = ShmUnmap,
          .xFetch = nullptr,
          .xUnfetch = nullptr};
}

}  // namespace etalon::sqlite
