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

// Between fork and exec: nothing but calls that are safe there, whatever other
// threads held when we forked.
[[noreturn]] void Become(char* const* arguments, pid_t parent, int out,
                         int error) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have ended before the line above.
  if (getppid() != parent) _exit(1);
  setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(error, STDERR_FILENO);
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
  const int log_file =
      open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log_file < 0) {
    return absl::InternalError(
        absl::StrCat("cannot write ", log, ": ", std::strerror(errno)));
  }
  const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  auto child = Fork(arguments, null, log_file);
  close(null);
  close(log_file);
  return child;
}

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::StartAttached(
    const std::vector<std::string>& arguments) {
  return Fork(arguments, STDOUT_FILENO, STDERR_FILENO);
}

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Fork(
    const std::vector<std::string>& arguments, int out, int error) {
  if (access(arguments[0].c_str(), X_OK) != 0) {
    return absl::InternalError(
        absl::StrCat("cannot run ", arguments[0], ": ", std::strerror(errno)));
  }
  std::vector<char*> argv;
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) Become(argv.data(), parent, out, error);
  if (pid < 0) {
    return absl::InternalError(
        absl::StrCat("cannot start a process: ", std::strerror(errno)));
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
  int status = 0;
  if (!status_.has_value() && waitpid(pid_, &status, WNOHANG) == pid_) {
    status_ = status;
  }
  if (!status_.has_value()) return std::nullopt;
  return Describe(*status_);
}

std::optional<int> ChildProcess::ExitStatus() {
  if (!Ended().has_value() || !WIFEXITED(*status_)) return std::nullopt;
  return WEXITSTATUS(*status_);
}

void ChildProcess::Terminate() {
  if (!Ended().has_value()) kill(pid_, SIGTERM);
}

}  // namespace etalon
