#include "storage/sqlite/database_path.h"

#include <sys/stat.h>

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "storage/sqlite/errors.h"

namespace etalon::sqlite {

absl::StatusOr<std::string> ResolveDatabasePath(const std::string& path) {
  if (path.empty()) return absl::InvalidArgumentError("no database file named");
  std::error_code error;
  // Made absolute first: a relative name of a new file would stay relative, and
  // a plain one have no folder.
  const std::filesystem::path resolved =
      std::filesystem::weakly_canonical(std::filesystem::absolute(path), error);
  if (error) {
    return absl::FailedPreconditionError(absl::StrCat(
        DatabaseNamed(path), " cannot be reached: ", error.message()));
  }
  if (std::filesystem::is_directory(resolved, error)) {
    return absl::FailedPreconditionError(
        absl::StrCat("'", path, "' is a folder; name a file in it, such as '",
                     (resolved / "etalon.db").string(), "'"));
  }
  const std::filesystem::path folder = resolved.parent_path();
  if (!std::filesystem::is_directory(folder, error)) {
    return absl::NotFoundError(
        absl::StrCat(DatabaseNamed(path), ": there is no folder '",
                     folder.string(), "'; create it or name another file"));
  }
  return resolved.string();
}

absl::StatusOr<std::string> ResolveExistingDatabase(const std::string& path) {
  ETALON_ASSIGN_OR_RETURN(std::string resolved, ResolveDatabasePath(path));
  std::error_code error;
  if (std::filesystem::exists(resolved, error)) return resolved;
  return absl::NotFoundError(
      absl::StrCat(DatabaseNamed(path), " is not there"));
}

std::string LogOf(const std::string& path) { return path + "-wal"; }
std::string SharedMemoryOf(const std::string& path) { return path + "-shm"; }

int64_t FileBytes(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 ? int64_t{status.st_size} : 0;
}

}  // namespace etalon::sqlite
