#include "tests/faults/power_loss_disk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/storage/sqlite/raw_database.h"

namespace etalon::testing {
namespace {

constexpr size_t kSectorBytes = 512;

void Apply(int64_t offset, const std::string& bytes, std::string& image) {
  const size_t start = static_cast<size_t>(offset);
  if (image.size() < start + bytes.size()) image.resize(start + bytes.size());
  image.replace(start, bytes.size(), bytes);
}

}  // namespace

PowerLossDisk::PowerLossDisk(uint64_t seed)
    : random_(DeriveSeed(seed, "power loss")),
      real_(sqlite3_vfs_find(nullptr)),
      vfs_(*real_) {
  vfs_.zName = "power-loss";
  vfs_.szOsFile =
      static_cast<int>(sqlite::ShimBytes(sizeof(OpenFile))) + real_->szOsFile;
  vfs_.pNext = nullptr;
  vfs_.pAppData = this;
  vfs_.xOpen = Open;
  vfs_.xDelete = Delete;
  GTEST_CHECK_(sqlite3_vfs_register(&vfs_, 1) == SQLITE_OK);
}

PowerLossDisk::~PowerLossDisk() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(real_, 1);
}

void PowerLossDisk::CutAt(int operation, Count count) {
  left_ = operation;
  count_ = count;
}

bool PowerLossDisk::Operate(const DiskFile& file, bool syncs) {
  if (cut_) return false;
  const bool counts = count_ == Count::kEveryOperation ||
                      (count_ == Count::kSyncs && syncs) ||
                      (count_ == Count::kDatabaseFile && file.is_database);
  if (left_ > 0 && counts && --left_ == 0) cut_ = true;
  return !cut_;
}

int PowerLossDisk::Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file,
                        int flags, int* out_flags) {
  PowerLossDisk& disk = *static_cast<PowerLossDisk*>(vfs->pAppData);
  OpenFile& open = From(file);
  open.shim.base.pMethods = nullptr;
  open.disk = &disk;
  open.file = nullptr;
  open.shim.real =
      sqlite::PlaceBehind(file, sqlite::ShimBytes(sizeof(OpenFile)));
  const int code =
      disk.real_->xOpen(disk.real_, name, open.shim.real, flags, out_flags);
  if (code != SQLITE_OK) return code;
  open.shim.base.pMethods = &Methods();
  if (name == nullptr || (flags & SQLITE_OPEN_DELETEONCLOSE) != 0) return code;
  const auto [found, is_new] = disk.files_.try_emplace(name);
  open.file = &found->second;
  if (is_new) {
    found->second.durable = ReadFile(name);
    found->second.synced_once = !found->second.durable.empty();
    found->second.is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
  }
  return code;
}

int PowerLossDisk::Delete(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  PowerLossDisk& disk = *static_cast<PowerLossDisk*>(vfs->pAppData);
  if (disk.cut_) return SQLITE_IOERR_DELETE;
  disk.files_.erase(name);
  return disk.real_->xDelete(disk.real_, name, sync_folder);
}

int PowerLossDisk::Write(sqlite3_file* file, const void* data, int size,
                         sqlite3_int64 offset) {
  OpenFile& open = From(file);
  if (open.file != nullptr) {
    if (open.disk->cut_) return SQLITE_IOERR_WRITE;
    open.file->changes.push_back(
        {.offset = offset,
         .bytes = std::string(static_cast<const char*>(data),
                              static_cast<size_t>(size))});
    if (!open.disk->Operate(*open.file, false)) return SQLITE_IOERR_WRITE;
  }
  return open.shim.real->pMethods->xWrite(open.shim.real, data, size, offset);
}

int PowerLossDisk::Truncate(sqlite3_file* file, sqlite3_int64 size) {
  OpenFile& open = From(file);
  if (open.file != nullptr) {
    if (open.disk->cut_) return SQLITE_IOERR_TRUNCATE;
    open.file->changes.push_back(
        {.truncates = true, .offset = size, .bytes = ""});
    if (!open.disk->Operate(*open.file, false)) return SQLITE_IOERR_TRUNCATE;
  }
  return open.shim.real->pMethods->xTruncate(open.shim.real, size);
}

int PowerLossDisk::Sync(sqlite3_file* file, int) {
  OpenFile& open = From(file);
  if (open.file == nullptr) return SQLITE_OK;
  if (!open.disk->Operate(*open.file, true)) return SQLITE_IOERR_FSYNC;
  for (const Change& change : open.file->changes) {
    if (change.truncates) {
      open.file->durable.resize(static_cast<size_t>(change.offset));
    } else {
      Apply(change.offset, change.bytes, open.file->durable);
    }
  }
  open.file->changes.clear();
  open.file->synced_once = true;
  return SQLITE_OK;
}

std::string PowerLossDisk::Survivor(const DiskFile& file) {
  std::string image = file.durable;
  // How much of what was on its way arrives.
  constexpr double kShares[] = {0.02, 0.5, 0.98, 1};
  const double share = kShares[random_.NextBelow(4)];
  for (const Change& change : file.changes) {
    if (change.truncates) {
      if (random_.NextUniform() < share) {
        image.resize(static_cast<size_t>(change.offset));
      }
      continue;
    }
    const size_t size = change.bytes.size();
    for (size_t start = 0; start < size;) {
      const size_t place = static_cast<size_t>(change.offset) + start;
      const size_t end =
          std::min(size, start + kSectorBytes - place % kSectorBytes);
      if (random_.NextUniform() < share) {
        Apply(static_cast<int64_t>(place),
              change.bytes.substr(start, end - start), image);
      }
      start = end;
    }
  }
  return image;
}

void PowerLossDisk::SaveSurvivors(const std::string& folder) {
  for (const auto& [name, file] : files_) {
    // Neither had its entry in the folder to be there for certain.
    if (!file.synced_once && random_.NextBelow(2) == 0) continue;
    std::ofstream(
        folder + "/" + std::filesystem::path(name).filename().string(),
        std::ios::binary)
        << Survivor(file);
  }
}

const sqlite3_io_methods& PowerLossDisk::Methods() {
  static const sqlite3_io_methods methods = [] {
    sqlite3_io_methods of_the_disk = sqlite::ForwardingMethods();
    of_the_disk.xWrite = Write;
    of_the_disk.xTruncate = Truncate;
    of_the_disk.xSync = Sync;
    return of_the_disk;
  }();
  return methods;
}

}  // namespace etalon::testing
