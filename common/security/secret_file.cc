#include "common/security/secret_file.h"

#include <sys/stat.h>

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

// What is wrong with a file that has one of `forbidden`'s bits.
absl::Status CheckMode(const std::string& path, mode_t forbidden,
                       const char* who) {
  struct stat status;
  // One that is not there or no file is for the reading to tell.
  if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) ||
      (status.st_mode & forbidden) == 0) {
    return absl::OkStatus();
  }
  return absl::PermissionDeniedError(
      absl::StrCat("will not use ", path, ": ", who, "; say chmod 600 ", path));
}

}  // namespace

absl::StatusOr<std::string> ReadSecretFile(const std::string& path) {
  ETALON_RETURN_IF_ERROR(CheckMode(
      path, S_IRWXO | S_IWGRP,
      "everybody on this machine may read or its group may write it"));
  return ReadWholeFile(path, int64_t{kMaxCredentialBytes});
}

absl::StatusOr<std::string> ReadProtectedFile(const std::string& path,
                                              size_t max_bytes) {
  ETALON_RETURN_IF_ERROR(
      CheckMode(path, S_IWGRP | S_IWOTH, "others than its owner may write it"));
  return ReadWholeFile(path, static_cast<int64_t>(max_bytes));
}

}  // namespace etalon
