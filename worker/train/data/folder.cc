#include "worker/train/data/folder.h"

#include <filesystem>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/relative_path.h"
#include "common/status_macros.h"

namespace etalon::train {

absl::StatusOr<std::string> FindDataFolder(
    const std::string& data_directory, const std::string& path,
    std::initializer_list<const char*> usual) {
  if (data_directory.empty()) {
    return absl::NotFoundError("the worker was started without --data");
  }
  std::error_code error;
  if (!path.empty()) {
    ETALON_RETURN_IF_ERROR(CheckRelativePath(path));
    const std::string folder = absl::StrCat(data_directory, "/", path);
    if (std::filesystem::is_directory(folder, error)) return folder;
    return absl::NotFoundError(absl::StrCat(folder, " is not a directory"));
  }
  if (!std::filesystem::is_directory(data_directory, error)) {
    return absl::NotFoundError(
        absl::StrCat(data_directory, " is not a directory"));
  }
  for (const absl::string_view name : usual) {
    if (name.empty()) return data_directory;
    const std::string folder = absl::StrCat(data_directory, "/", name);
    if (std::filesystem::is_directory(folder, error)) return folder;
  }
  return absl::NotFoundError(absl::StrCat(data_directory, " has no folder ",
                                          absl::StrJoin(usual, " or ")));
}

}  // namespace etalon::train
