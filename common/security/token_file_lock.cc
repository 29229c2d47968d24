#include "common/security/token_file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/status_macros.h"

namespace etalon {

absl::Status ChangeTokenFile(
    const std::string& path, bool create,
    const std::function<absl::Status(TokenList& tokens)>& change) {
  if (!create && access(path.c_str(), F_OK) != 0 && errno == ENOENT) {
    return absl::NotFoundError(
        absl::StrCat("there is no ", path, ": etalon token create makes it"));
  }
  // Beside the file, which every change replaces.
  const std::string lock = path + ".lock";
  const int fd = open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return absl::PermissionDeniedError(
        absl::StrCat("cannot open ", lock, ": ", std::strerror(errno)));
  }
  const absl::Cleanup close_fd = [fd] { close(fd); };
  while (flock(fd, LOCK_EX) != 0) {
    if (errno == EINTR) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("cannot lock ", lock, ": ", std::strerror(errno)));
  }
  absl::StatusOr<TokenList> tokens = ReadTokenList(path);
  if (create && absl::IsNotFound(tokens.status())) tokens = TokenList();
  ETALON_RETURN_IF_ERROR(tokens.status());
  ETALON_RETURN_IF_ERROR(change(*tokens));
  return WriteFileAtomically(path, FormatTokenList(*tokens), /*replace=*/true,
                             kOwnerOnly);
}

}  // namespace etalon
