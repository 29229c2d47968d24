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

// As rename(2), but a file that is at `to` stays unless it is to be replaced.
int Rename(const std::string& from, const std::string& to, bool replace) {
  if (replace) return rename(from.c_str(), to.c_str());
  // Not every file system knows how; there a race with another writer is left.
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(),
                RENAME_NOREPLACE) == 0) {
    return 0;
  }
  if (errno != EINVAL && errno != ENOSYS) return -1;
  if (access(to.c_str(), F_OK) == 0) {
    errno = EEXIST;
    return -1;
  }
  return rename(from.c_str(), to.c_str());
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

std::string PartialNameOf(const std::string& path) {
  static std::atomic<int> counter = 0;
  return absl::StrCat(path, kPartialFile, getpid(), "-", counter++);
}

absl::Status PublishFile(const std::string& partial, const std::string& path,
                         bool replace) {
  const std::string what = absl::StrCat("cannot write ", path);
  {
    const File file(open(partial.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0 || fsync(file.get()) != 0) return ErrorOf(what, errno);
  }
  if (Rename(partial, path, replace) != 0) return ErrorOf(what, errno);
  SyncFolderOf(path);
  return absl::OkStatus();
}

absl::Status ReserveFile(const std::string& path, int64_t bytes) {
  const std::string what =
      absl::StrCat("cannot reserve ", bytes, " bytes of the disk as ", path);
  const File file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (file.get() < 0) return ErrorOf(what, errno);
  struct stat status;
  if (fstat(file.get(), &status) != 0) return ErrorOf(what, errno);
  // In units of 512 bytes, whatever the file system's own are (stat(2)).
  if (status.st_size == bytes && int64_t{status.st_blocks} * 512 >= bytes) {
    return absl::OkStatus();
  }
  const int error = posix_fallocate(file.get(), 0, bytes);
  if (error == 0 && ftruncate(file.get(), bytes) == 0) return absl::OkStatus();
  unlink(path.c_str());
  return ErrorOf(what, error != 0 ? error : errno);
}

absl::Status WriteFileAtomically(const std::string& path,
                                 absl::string_view bytes, bool replace,
                                 mode_t permissions) {
  const std::string what = absl::StrCat("cannot write ", path);
  if (!replace && access(path.c_str(), F_OK) == 0) {
    return absl::AlreadyExistsError(what + ": it is there already");
  }
  const std::string partial = PartialNameOf(path);
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
  if (error == 0 && Rename(partial, path, replace) != 0) error = errno;
  if (error != 0) {
    unlink(partial.c_str());
    return ErrorOf(what, error);
  }
  ETALON_RETURN_IF_ERROR(HitFailpoint(Failpoint::kFileAfterRename));
  SyncFolderOf(path);
  return absl::OkStatus();
}

}  // namespace etalon
