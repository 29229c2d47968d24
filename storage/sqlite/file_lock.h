#ifndef ETALON_STORAGE_SQLITE_FILE_LOCK_H_
#define ETALON_STORAGE_SQLITE_FILE_LOCK_H_

#include <string>

#include "absl/status/statusor.h"

namespace etalon::sqlite {

// Keeps a second coordinator from a database: an exclusive lock on "PATH.lock",
// held until the object or its process goes. An open-file-description lock,
// not a POSIX one, which any close of the file would drop; and on a file of its
// own, because SQLite has POSIX locks on the database. The file stays behind:
// removing it would race with who locks it next.
class FileLock {
 public:
  // FAILED_PRECONDITION: somebody holds it, or the file cannot be written.
  // NOT_FOUND: no such folder.
  static absl::StatusOr<FileLock> Acquire(const std::string& database_path);

  // Who holds it, "process 123", or empty. Changes nothing.
  static std::string FindHolder(const std::string& database_path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_FILE_LOCK_H_
