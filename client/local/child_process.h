#ifndef ETALON_CLIENT_LOCAL_CHILD_PROCESS_H_
#define ETALON_CLIENT_LOCAL_CHILD_PROCESS_H_

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace etalon {

// A program that runs for us and never outlives us: the kernel kills it when
// the thread that started it ends, whatever ends it. It stands in a process
// group of its own, so that Ctrl-C reaches it through us only. Not thread-safe;
// to be started, used and destroyed by the main thread. Other threads, gRPC's
// among them, may run meanwhile: between fork and exec nothing of theirs is
// touched.
class ChildProcess {
 public:
  // Runs `arguments`, the first being the program's path, with its standard
  // error appended to the file `log` and no other streams.
  // INTERNAL: there is no such program, the system has no room for a process,
  // or `log` cannot be opened.
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(
      const std::vector<std::string>& arguments, const std::string& log);
  // With our standard output and error, and an empty input. Status codes as
  // above.
  static absl::StatusOr<std::unique_ptr<ChildProcess>> StartAttached(
      const std::vector<std::string>& arguments);

  // Kills it where it still runs, and waits for its end.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // "exit status 1" or "signal 9", once it has ended. Does not block.
  std::optional<std::string> Ended();

  // Its exit status, once it has ended otherwise than by a signal. Does not
  // block.
  std::optional<int> ExitStatus();

  // Asks it to end. Does not wait.
  void Terminate();

  const std::string& name() const { return name_; }

 private:
  ChildProcess(pid_t pid, std::string name);

  // Standard output and error become these files.
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Fork(
      const std::vector<std::string>& arguments, int out, int error);

  const pid_t pid_;
  const std::string name_;
  // As waitpid gives it, once it has ended.
  std::optional<int> status_;
};

}  // namespace etalon

#endif  // ETALON_CLIENT_LOCAL_CHILD_PROCESS_H_
