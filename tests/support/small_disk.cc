#include "tests/support/small_disk.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace etalon::testing {
namespace {

absl::Status CannotMount(const char* what) {
  return absl::FailedPreconditionError(
      absl::StrCat("no small disk here: ", what, ": ", std::strerror(errno)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SmallDisk>> SmallDisk::Mount(int64_t bytes) {
  if (unshare(CLONE_NEWNS) != 0) return CannotMount("unshare");
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return CannotMount("mount --make-rprivate /");
  }
  std::unique_ptr<SmallDisk> disk(new SmallDisk);
  if (mount("tmpfs", disk->folder_.path().c_str(), "tmpfs", 0,
            absl::StrCat("size=", bytes).c_str()) != 0) {
    return CannotMount("mount");
  }
  return disk;
}

SmallDisk::~SmallDisk() { umount2(folder_.path().c_str(), MNT_DETACH); }

std::string SmallDisk::File(const std::string& name) const {
  return folder_.File(name);
}

int64_t SmallDisk::Fill(const std::string& name, int64_t bytes) const {
  const int file =
      open(File(name).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const std::string zeros(4096, '\0');
  int64_t written = 0;
  while (written < bytes) {
    const ssize_t size =
        write(file, zeros.data(),
              std::min(zeros.size(), static_cast<size_t>(bytes - written)));
    if (size <= 0) break;
    written += size;
  }
  close(file);
  return written;
}

void SmallDisk::Remove(const std::string& name) const {
  unlink(File(name).c_str());
}

bool SmallDisk::Has(const std::string& name) const {
  return access(File(name).c_str(), F_OK) == 0;
}

bool SmallDisk::SetReadOnly(bool read_only) const {
  const unsigned long flags =
      MS_REMOUNT | (read_only ? static_cast<unsigned long>(MS_RDONLY) : 0);
  return mount(nullptr, folder_.path().c_str(), nullptr, flags, nullptr) == 0;
}

}  // namespace etalon::testing
