#include "common/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "common/failpoint.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

// For the `errno` of `what` ("cannot read x").
absl::Status ErrorOf(absl::string_view what, int code) {
  const std::string message = absl::StrCat(what, ": ", std::strerror(code));
  switch (code) {
    case ENOENT:
      return absl::NotFoundError(message);
    case EEXIST:
      return absl::AlreadyExistsError(message);
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::PermissionDeniedError(message);
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return absl::ResourceExhaustedError(message);
    default:
      return absl::FailedPreconditionError(message);
  }
}

// A descriptor that closes itself.
class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return descriptor_; }

 private:
  const int descriptor_;
};

// Errno, 0 for none.
int WriteAndSync(int descriptor, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return fsync(descriptor) == 0 ? 0 : errno;
}

// The rename itself is on the disk once its folder is. A file system that
// cannot sync a folder is believed to need none.
void SyncFolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder =
      slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const File file(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file.get() >= 0) fsync(file.get());
}

}  // namespace

absl::StatusOr<std::string> ReadWholeFile(const std::string& path,
                                          int64_t max_bytes) {
  const std::string what = absl::StrCat("cannot read ", path);
  // A pipe without a writer must not be waited for.
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return ErrorOf(what, errno);
  struct stat status;
  if (fstat(file.get(), &status) != 0) return ErrorOf(what, errno);
  if (!S_ISREG(status.st_mode)) {
    return absl::FailedPreconditionError(what + ": it is no regular file");
  }
  if (status.st_size > max_bytes) {
    return absl::ResourceExhaustedError(absl::StrCat(
        what, ": it has ", status.st_size, " bytes, more than ", max_bytes));
  }
  std::string bytes(static_cast<size_t>(status.st_size), '\0');
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got =
        read(file.get(), bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrorOf(what, errno);
    if (got == 0) break;  // cut short meanwhile
    done += static_cast<size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

absl::Status WriteFileAtomically(const std::string& path,
                                 absl::string_view bytes, bool replace,
                                 mode_t permissions) {
  static std::atomic<int> counter = 0;
  const std::string what = absl::StrCat("cannot write ", path);
  if (!replace && access(path.c_str(), F_OK) == 0) {
    return absl::AlreadyExistsError(what + ": it is there already");
  }
  const std::string partial =
      absl::StrCat(path, kPartialFile, getpid(), "-", counter++);
  int error = 0;
  {
    const File file(open(partial.c_str(),
                         O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                         permissions));
    if (file.get() < 0) return ErrorOf(what, errno);
    error = WriteAndSync(file.get(), bytes);
  }
  if (error == 0 && !HitFailpoint(Failpoint::kFileBeforeRename).ok()) {
    error = EIO;
  }
  if (error == 0 && rename(partial.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    unlink(partial.c_str());
    return ErrorOf(what, error);
  }
  ETALON_RETURN_IF_ERROR(HitFailpoint(Failpoint::kFileAfterRename));
  SyncFolderOf(path);
  return absl::OkStatus();
}

}  // namespace etalon
