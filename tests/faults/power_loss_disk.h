#ifndef ETALON_TESTS_FAULTS_POWER_LOSS_DISK_H_
#define ETALON_TESTS_FAULTS_POWER_LOSS_DISK_H_

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/random.h"
#include "storage/sqlite/file_shim.h"

namespace etalon::testing {

// A disk that can lose its power, for databases that this process opens while
// the object lives: it stands in front of SQLite's own file system as its
// default VFS. Of what was written since a file's last sync a power loss keeps
// any part, in pieces of a sector: so writes are dropped, torn and reordered.
// (An older write that comes after a newer one to the same place leaves what
// dropping the newer one leaves.) Bytes that were not written keep what they
// held, as SQLite expects of disks (SQLITE_IOCAP_POWERSAFE_OVERWRITE).
//
// One at a time, in one thread. Databases must be closed before it goes.
class PowerLossDisk {
 public:
  explicit PowerLossDisk(uint64_t seed);
  ~PowerLossDisk();
  PowerLossDisk(const PowerLossDisk&) = delete;
  PowerLossDisk& operator=(const PowerLossDisk&) = delete;

  enum class Count {
    kEveryOperation,
    kDatabaseFile,  // what checkpoints do, and nothing of the log
    kSyncs,         // with which transactions are committed
  };
  // The power goes in the midst of the `operation`-th write, truncation or sync
  // from now on, from 1. After it all of them fail.
  void CutAt(int operation, Count count);
  bool is_cut() const { return cut_; }
  // In the midst of the next operation, whatever it is, at the latest now.
  void CutNow() { cut_ = true; }

  // Writes the files as they are found once the power is back into `folder`,
  // under their own names.
  void SaveSurvivors(const std::string& folder);

 private:
  struct Change {
    bool truncates = false;
    int64_t offset = 0;  // or the new size
    std::string bytes;
  };
  struct DiskFile {
    bool is_database = false;
    bool synced_once = false;
    std::string durable;
    std::vector<Change> changes;  // since the last sync, in order
  };
  // What SQLite holds of an open file; that of the real file system follows it.
  struct OpenFile {
    sqlite::FileShim shim;
    PowerLossDisk* disk;
    DiskFile* file;  // null: a temporary one, of no interest
  };

  static OpenFile& From(sqlite3_file* file) {
    return *reinterpret_cast<OpenFile*>(file);
  }
  static const sqlite3_io_methods& Methods();
  static int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file,
                  int flags, int* out_flags);
  static int Delete(sqlite3_vfs* vfs, const char* name, int sync_folder);
  static int Write(sqlite3_file* file, const void* data, int size,
                   sqlite3_int64 offset);
  static int Truncate(sqlite3_file* file, sqlite3_int64 size);
  static int Sync(sqlite3_file* file, int flags);

  // Counts an operation on the file; false: the power is gone.
  bool Operate(const DiskFile& file, bool syncs);
  std::string Survivor(const DiskFile& file);

  RandomStream random_;
  sqlite3_vfs* const real_;
  sqlite3_vfs vfs_;
  std::map<std::string, DiskFile> files_;
  Count count_ = Count::kEveryOperation;
  int left_ = 0;  // until the cut; 0: none is planned
  bool cut_ = false;
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_FAULTS_POWER_LOSS_DISK_H_
