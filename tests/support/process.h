#ifndef ETALON_TESTS_SUPPORT_PROCESS_H_
#define ETALON_TESTS_SUPPORT_PROCESS_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace etalon::testing {

// What a program printed and how it ended.
struct ProcessResult {
  // The exit code, or 128 + signal number as shells have it.
  int exit_code = -1;
  std::string out;
  std::string error;
};

// A child process of a test. It dies with the object, and with the test
// program. Not thread-safe.
class Process {
 public:
  struct Options {
    // Files that take the standard streams; "" is /dev/null.
    std::string out_file;
    std::string error_file;
    // "NAME=value", on top of the test's own environment.
    std::vector<std::string> environment;
    // How many files it may have open; 0: as many as the test.
    int descriptors = 0;
  };

  // `argv[0]` is the path of the program. Aborts the test program when it
  // cannot be started.
  Process(const std::vector<std::string>& argv, const Options& options);
  // Kills it, if it runs still.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  void Signal(int signal_number) const;
  // SIGTERM, as soon as the program, one that blocks the signal to wait for it,
  // has come so far, or half a minute later.
  void Terminate();
  // The exit code as in ProcessResult; nullopt when it has not ended within
  // `timeout`.
  std::optional<int> Wait(absl::Duration timeout);
  // SIGKILL, and waits.
  void Kill();

 private:
  pid_t pid_ = -1;
  std::optional<int> exit_code_;
};

// Runs a program to its end; kills it after `timeout`.
ProcessResult RunProcess(const std::vector<std::string>& argv,
                         const std::vector<std::string>& environment = {},
                         absl::Duration timeout = absl::Minutes(2));

// The whole file; empty when there is none.
std::string ReadFile(const std::string& path);

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SUPPORT_PROCESS_H_
