#include "worker/train/data/regular_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace etalon::train {

absl::StatusOr<std::unique_ptr<RegularFile>> RegularFile::Open(
    const std::string& path) {
  // Without O_NONBLOCK opening a pipe would wait for a writer.
  const int file = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) {
    const int error = errno;
    if (error == ENOENT || error == ENOTDIR) {
      return absl::NotFoundError(absl::StrCat(path, " does not exist"));
    }
    return absl::ErrnoToStatus(error, absl::StrCat("cannot open ", path));
  }
  struct stat status;
  if (fstat(file, &status) != 0) {
    const int error = errno;
    close(file);
    return absl::ErrnoToStatus(error, absl::StrCat("cannot stat ", path));
  }
  if (!S_ISREG(status.st_mode)) {
    close(file);
    return absl::NotFoundError(absl::StrCat(path, " is not a regular file"));
  }
  return std::unique_ptr<RegularFile>(
      new RegularFile(file, status.st_size, path));
}

RegularFile::~RegularFile() { close(file_); }

absl::StatusOr<int64_t> RegularFile::Read(uint8_t* buffer, int64_t size) {
  int64_t done = 0;
  while (done < size) {
    const ssize_t n =
        read(file_, buffer + done, static_cast<size_t>(size - done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", path_));
    }
    if (n == 0) break;
    done += n;
  }
  return done;
}

}  // namespace etalon::train
