#include "tests/support/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/support/temp_dir.h"

extern char** environ;

namespace etalon::testing {
namespace {

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

// In the child, between fork and exec: system calls only.
void Redirect(int stream, const std::string& file) {
  const int flags = O_WRONLY | O_CREAT | O_APPEND;
  const int descriptor =
      open(file.empty() ? "/dev/null" : file.c_str(), flags, 0644);
  if (descriptor >= 0) dup2(descriptor, stream);
}

// Whether a thread of the process does; false where there is no such process.
// Not the first thread alone: while one waits for signals, the system counts
// them as not blocked by it.
bool Blocks(pid_t pid, int signal_number) {
  std::error_code ignored;
  const std::filesystem::directory_iterator threads(
      absl::StrCat("/proc/", pid, "/task"), ignored);
  for (const std::filesystem::directory_entry& thread : threads) {
    std::ifstream status(thread.path() / "status");
    for (std::string word; status >> word;) {
      if (word != "SigBlk:") continue;
      uint64_t mask = 0;
      status >> std::hex >> mask;
      if ((mask >> (signal_number - 1) & 1) != 0) return true;
      break;
    }
  }
  return false;
}

}  // namespace

Process::Process(const std::vector<std::string>& argv, const Options& options) {
  std::vector<std::string> arguments = argv;
  // The first of two settings of a name wins, so the test's go first.
  std::vector<std::string> environment = options.environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    environment.push_back(*entry);
  }
  const std::vector<char*> argument_pointers = Pointers(arguments);
  const std::vector<char*> environment_pointers = Pointers(environment);

  pid_ = fork();
  GTEST_CHECK_(pid_ >= 0) << "fork failed";
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (options.descriptors > 0) {
      const auto count = static_cast<rlim_t>(options.descriptors);
      const rlimit limit = {.rlim_cur = count, .rlim_max = count};
      setrlimit(RLIMIT_NOFILE, &limit);
    }
    Redirect(STDOUT_FILENO, options.out_file);
    Redirect(STDERR_FILENO, options.error_file);
    execve(argument_pointers[0], argument_pointers.data(),
           environment_pointers.data());
    _exit(127);
  }
}

Process::~Process() { Kill(); }

void Process::Signal(int signal_number) const {
  if (!exit_code_) kill(pid_, signal_number);
}

void Process::Terminate() {
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (!Wait(absl::ZeroDuration()).has_value() && !Blocks(pid_, SIGTERM) &&
         absl::Now() < deadline) {
    absl::SleepFor(absl::Milliseconds(5));
  }
  Signal(SIGTERM);
}

std::optional<int> Process::Wait(absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  while (!exit_code_) {
    int status = 0;
    const pid_t ended = waitpid(pid_, &status, WNOHANG);
    if (ended == pid_) {
      exit_code_ =
          WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      break;
    }
    if (absl::Now() >= deadline) return std::nullopt;
    absl::SleepFor(absl::Milliseconds(5));
  }
  return exit_code_;
}

void Process::Kill() {
  Signal(SIGKILL);
  Wait(absl::Seconds(10));
}

ProcessResult RunProcess(const std::vector<std::string>& argv,
                         const std::vector<std::string>& environment,
                         absl::Duration timeout) {
  TempDir folder;
  Process process(argv, {.out_file = folder.File("out"),
                         .error_file = folder.File("error"),
                         .environment = environment});
  ProcessResult result;
  result.exit_code = process.Wait(timeout).value_or(-1);
  result.out = ReadFile(folder.File("out"));
  result.error = ReadFile(folder.File("error"));
  return result;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

}  // namespace etalon::testing
