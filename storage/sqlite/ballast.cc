#include "storage/sqlite/ballast.h"

#include <sys/statvfs.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/status_macros.h"

namespace etalon::sqlite {
namespace {

// Cheap, so that it may be asked before every write.
bool HasRoom(const std::string& folder_of, int64_t bytes) {
  const std::string folder = folder_of.substr(0, folder_of.rfind('/') + 1);
  struct statvfs system;
  if (statvfs(folder.c_str(), &system) != 0) return true;  // the try will tell
  return static_cast<double>(system.f_bavail) *
             static_cast<double>(system.f_frsize) >=
         static_cast<double>(bytes);
}

}  // namespace

absl::Status Ballast::Hold() {
  if (bytes_ == 0) return absl::OkStatus();
  if (released_ && !HasRoom(path_, bytes_)) {
    return absl::ResourceExhaustedError(
        absl::StrCat("there are no ", bytes_, " bytes for ", path_));
  }
  ETALON_RETURN_IF_ERROR(ReserveFile(path_, bytes_));
  released_ = false;
  return absl::OkStatus();
}

void Ballast::Release() {
  // Where there is nothing to give up, nothing is gained either.
  unlink(path_.c_str());
  released_ = bytes_ > 0;
}

}  // namespace etalon::sqlite
