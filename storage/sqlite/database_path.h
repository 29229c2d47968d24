#ifndef ETALON_STORAGE_SQLITE_DATABASE_PATH_H_
#define ETALON_STORAGE_SQLITE_DATABASE_PATH_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace etalon::sqlite {

// The file's one spelling, absolute and without links, by which the files
// beside it are named. It need not exist, but its folder must: NOT_FOUND.
// FAILED_PRECONDITION: it is a folder, or cannot be reached. INVALID_ARGUMENT:
// it is empty.
absl::StatusOr<std::string> ResolveDatabasePath(const std::string& path);

// As above, of a file that must exist.
absl::StatusOr<std::string> ResolveExistingDatabase(const std::string& path);

// The write-ahead log and its index, which SQLite keeps beside the file.
std::string LogOf(const std::string& path);
std::string SharedMemoryOf(const std::string& path);

// 0 where there is no such file.
int64_t FileBytes(const std::string& path);

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_DATABASE_PATH_H_
