#include <unistd.h>

#include <filesystem>
#include <memory>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/status_macros.h"
#include "storage/database_file.h"
#include "storage/sqlite/copy_database.h"
#include "storage/sqlite/database_path.h"
#include "storage/sqlite/errors.h"
#include "storage/sqlite/open_database.h"

namespace etalon {
namespace {

using sqlite::Connection;

// Early, before the work; what appears meanwhile PublishFile leaves alone too.
absl::Status CheckFree(const std::string& path, const std::string& copy,
                       bool replace) {
  if (copy == path) {
    return absl::FailedPreconditionError(
        absl::StrCat(sqlite::DatabaseNamed(path),
                     " cannot be backed up to itself; name another file"));
  }
  std::error_code error;
  if (!replace && std::filesystem::exists(copy, error)) {
    return absl::AlreadyExistsError(absl::StrCat(
        "'", copy, "' is there already; name another file, or use --force"));
  }
  // A log beside the copy would be taken for its own.
  if (std::filesystem::exists(sqlite::LogOf(copy), error)) {
    return absl::FailedPreconditionError(
        absl::StrCat("'", copy, "' has a write-ahead log beside it: it is a ",
                     "database in use; name another file"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status BackUpDatabase(const std::string& path, const std::string& copy,
                            const CopyOptions& options) {
  ETALON_ASSIGN_OR_RETURN(const std::string source,
                          sqlite::ResolveExistingDatabase(path));
  ETALON_ASSIGN_OR_RETURN(const std::string target,
                          sqlite::ResolveDatabasePath(copy));
  ETALON_RETURN_IF_ERROR(CheckFree(source, target, options.replace));
  ETALON_ASSIGN_OR_RETURN(const std::unique_ptr<Connection> connection,
                          sqlite::OpenForReading(source));
  const std::string partial = PartialNameOf(target);
  absl::Status status =
      sqlite::CopyDatabase(*connection, partial, options.progress);
  if (status.ok()) status = PublishFile(partial, target, options.replace);
  if (!status.ok()) unlink(partial.c_str());
  return status;
}

}  // namespace etalon
