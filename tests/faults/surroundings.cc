#include "tests/faults/surroundings.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace etalon::testing {
namespace {

constexpr char kIp[] = "/usr/sbin/ip";
constexpr char kNft[] = "/usr/sbin/nft";

absl::Status ErrnoError(absl::string_view what) {
  return absl::UnavailableError(
      absl::StrCat(what, " is not possible here: ", strerror(errno)));
}

absl::Status Run(const std::vector<std::string>& argv) {
  const ProcessResult result = RunProcess(argv);
  if (result.exit_code == 0) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(
      argv[0], " ended with ", result.exit_code, ": ", result.error));
}

}  // namespace

absl::Status MountSmallDisk(const std::string& folder, int64_t size_bytes) {
  if (unshare(CLONE_NEWNS) != 0) return ErrnoError("a mount namespace");
  // What is mounted here is not to reach the namespace that we come from.
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return ErrnoError("a private mount");
  }
  const std::string size = absl::StrCat("size=", size_bytes);
  if (mount("tmpfs", folder.c_str(), "tmpfs", 0, size.c_str()) != 0) {
    return ErrnoError("mounting a tmpfs");
  }
  return absl::OkStatus();
}

absl::Status MakeReadOnly(const std::string& folder) {
  if (mount(nullptr, folder.c_str(), nullptr, MS_REMOUNT | MS_RDONLY,
            nullptr) != 0) {
    return ErrnoError("a read-only mount");
  }
  return absl::OkStatus();
}

absl::Status EnterNetwork() {
  ETALON_RETURN_IF_ERROR(NeedProgram(kIp, "iproute2"));
  ETALON_RETURN_IF_ERROR(NeedProgram(kNft, "nftables"));
  if (unshare(CLONE_NEWNET) != 0) return ErrnoError("a network namespace");
  ETALON_RETURN_IF_ERROR(Run({kIp, "link", "set", "lo", "up"}));
  return SetFirewall({});
}

absl::Status SetFirewall(const std::vector<std::string>& rules) {
  std::string script =
      "add table inet faults\n"
      "delete table inet faults\n"
      "add table inet faults\n"
      "add chain inet faults arriving { type filter hook input priority 0; }\n";
  for (const std::string& rule : rules) {
    absl::StrAppend(&script, "add rule inet faults arriving ", rule, "\n");
  }
  TempDir folder;
  const std::string file = folder.File("rules");
  std::ofstream(file) << script;
  return Run({kNft, "-f", file});
}

absl::Status ShiftMonotonicClocks(int64_t seconds) {
  if (unshare(CLONE_NEWTIME) != 0) return ErrnoError("a time namespace");
  const std::string offsets =
      absl::StrCat("monotonic ", seconds, " 0\nboottime ", seconds, " 0\n");
  const int file = open("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC);
  const bool written =
      file >= 0 && write(file, offsets.data(), offsets.size()) ==
                       static_cast<ssize_t>(offsets.size());
  const absl::Status status =
      written ? absl::OkStatus() : ErrnoError("shifting clocks");
  if (file >= 0) close(file);
  return status;
}

absl::Status NeedProgram(const std::string& path, const std::string& package) {
  if (access(path.c_str(), R_OK) == 0) return absl::OkStatus();
  return absl::NotFoundError(
      absl::StrCat("there is no ", path, "; install the package ", package));
}

}  // namespace etalon::testing
