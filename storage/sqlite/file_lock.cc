#include "storage/sqlite/file_lock.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "storage/sqlite/errors.h"

namespace etalon::sqlite {
namespace {

// What the holder wrote, for people to look for.
std::string ReadHolder(int descriptor) {
  char buffer[32];
  const ssize_t size = pread(descriptor, buffer, sizeof(buffer), 0);
  const std::string pid(absl::StripAsciiWhitespace(
      absl::string_view(buffer, size > 0 ? static_cast<size_t>(size) : 0)));
  return pid.empty() ? "another process" : absl::StrCat("process ", pid);
}

void WriteHolder(int descriptor) {
  const std::string pid = absl::StrCat(getpid(), "\n");
  // For messages only: a full disk, say, is no reason to refuse the lock.
  if (ftruncate(descriptor, 0) == 0) {
    [[maybe_unused]] const ssize_t written =
        pwrite(descriptor, pid.data(), pid.size(), 0);
  }
}

}  // namespace

absl::StatusOr<FileLock> FileLock::Acquire(const std::string& database_path) {
  const std::string path = database_path + ".lock";
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    const int error = errno;
    const std::string message =
        absl::StrCat(DatabaseNamed(database_path), ": lock file '", path,
                     "' cannot be opened: ", strerror(error));
    if (error == ENOENT) return absl::NotFoundError(message);
    return absl::FailedPreconditionError(absl::StrCat(
        message,
        "; the folder must be writable, for the database's log goes there "
        "too"));
  }
  FileLock lock(descriptor);
  struct flock request = {};
  request.l_type = F_WRLCK;
  request.l_whence = SEEK_SET;
  if (fcntl(descriptor, F_OFD_SETLK, &request) == 0) {
    WriteHolder(descriptor);
    return lock;
  }
  const int error = errno;
  if (error == EAGAIN || error == EACCES) {
    return absl::FailedPreconditionError(
        absl::StrCat(DatabaseNamed(database_path), " is in use by ",
                     ReadHolder(descriptor), ", which holds the lock file '",
                     path, "'; stop that server or name another file"));
  }
  return absl::FailedPreconditionError(absl::StrCat(
      DatabaseNamed(database_path), ": lock file '", path,
      "' cannot be locked: ", strerror(error),
      "; the database needs a local file system that supports locks"));
}

std::string FileLock::FindHolder(const std::string& database_path) {
  const int descriptor =
      open((database_path + ".lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return "";
  struct flock request = {};
  request.l_type = F_WRLCK;
  request.l_whence = SEEK_SET;
  std::string holder;
  if (fcntl(descriptor, F_OFD_GETLK, &request) == 0 &&
      request.l_type != F_UNLCK) {
    holder = ReadHolder(descriptor);
  }
  close(descriptor);
  return holder;
}

FileLock::FileLock(FileLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock::~FileLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace etalon::sqlite
