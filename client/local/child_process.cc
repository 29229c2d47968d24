#include "client/local/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/names.h"

namespace etalon {
namespace {

// Between fork and exec: nothing but calls that are safe there.
[[noreturn]] void Become(char* const* arguments, pid_t parent, int log) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have ended before the line above.
  if (getppid() != parent) _exit(1);
  setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  const int null = open("/dev/null", O_RDWR);
  dup2(null, STDIN_FILENO);
  dup2(null, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execv(arguments[0], arguments);
  _exit(127);
}

std::string Describe(int status) {
  return WIFSIGNALED(status)
             ? absl::StrCat("signal ", WTERMSIG(status))
             : absl::StrCat("exit status ", WEXITSTATUS(status));
}

}  // namespace

ChildProcess::ChildProcess(pid_t pid, std::string name)
    : pid_(pid), name_(std::move(name)) {}

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Start(
    const std::vector<std::string>& arguments, const std::string& log) {
  if (access(arguments[0].c_str(), X_OK) != 0) {
    return absl::InternalError(
        absl::StrCat("cannot run ", arguments[0], ": ", std::strerror(errno)));
  }
  const int log_file =
      open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log_file < 0) {
    return absl::InternalError(
        absl::StrCat("cannot write ", log, ": ", std::strerror(errno)));
  }
  std::vector<char*> argv;
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) Become(argv.data(), parent, log_file);
  const int error = errno;
  close(log_file);
  if (pid < 0) {
    return absl::InternalError(
        absl::StrCat("cannot start a process: ", std::strerror(error)));
  }
  return std::unique_ptr<ChildProcess>(
      new ChildProcess(pid, LastPart(arguments[0])));
}

ChildProcess::~ChildProcess() {
  if (Ended().has_value()) return;
  kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::optional<std::string> ChildProcess::Ended() {
  if (ended_.has_value()) return ended_;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) == pid_) ended_ = Describe(status);
  return ended_;
}

void ChildProcess::Terminate() {
  if (!Ended().has_value()) kill(pid_, SIGTERM);
}

}  // namespace etalon
