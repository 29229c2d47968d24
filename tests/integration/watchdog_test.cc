// A coordinator one of whose threads is stuck ends, and its successor goes on.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <csignal>
#include <filesystem>
#include <optional>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/cluster.h"

namespace etalon::testing {
namespace {

using ::testing::HasSubstr;

// The thread of this name in a process; 0 when it has none.
pid_t FindThread(pid_t process, const std::string& name) {
  for (const auto& entry : std::filesystem::directory_iterator(
           absl::StrCat("/proc/", process, "/task"))) {
    int thread = 0;
    if (ReadFile(entry.path() / "comm") == name + "\n" &&
        absl::SimpleAtoi(entry.path().filename().string(), &thread)) {
      return thread;
    }
  }
  return 0;
}

class StuckProcessTest : public ::testing::Test {
 protected:
  StuckProcessTest() { cluster_.StartServer({"--watchdog", "2s"}); }

  // Stops this one thread, as a debugger does; false where the system forbids
  // it.
  bool Stop(const std::string& name) {
    thread_ = FindThread(cluster_.server().pid(), name);
    EXPECT_NE(thread_, 0) << name;
    return ptrace(PTRACE_SEIZE, thread_, nullptr, nullptr) == 0 &&
           ptrace(PTRACE_INTERRUPT, thread_, nullptr, nullptr) == 0;
  }

  // The process's exit code.
  std::optional<int> AwaitEnd() {
    const absl::Time deadline = absl::Now() + absl::Minutes(1);
    while (absl::Now() < deadline) {
      // Who traces a thread has to bury it.
      waitpid(thread_, nullptr, __WALL | WNOHANG);
      if (const auto code = cluster_.server().Wait(absl::Milliseconds(20))) {
        return code;
      }
    }
    return std::nullopt;
  }

  Cluster cluster_;
  pid_t thread_ = 0;
};

TEST_F(StuckProcessTest, StuckWriterEndsTheProcess) {
  if (!Stop("etalon-writer")) GTEST_SKIP() << "no ptrace on this system";
  EXPECT_EQ(AwaitEnd(), 3) << cluster_.Logs();
  EXPECT_THAT(cluster_.Logs(), HasSubstr("error the writer has given no sign"));
  cluster_.StartServer();
  EXPECT_EQ(cluster_.Run({"list"}).exit_code, 0);
}

TEST_F(StuckProcessTest, StuckListenerEndsTheProcess) {
  if (!Stop("etalon-accept")) GTEST_SKIP() << "no ptrace on this system";
  EXPECT_EQ(AwaitEnd(), 3) << cluster_.Logs();
  EXPECT_THAT(cluster_.Logs(),
              HasSubstr("error the listener has given no sign"));
}

// The whole process stands still for longer than it has patience: none of its
// parts could have answered.
TEST_F(StuckProcessTest, StoppedProcessGoesOn) {
  cluster_.server().Signal(SIGSTOP);
  absl::SleepFor(absl::Seconds(3));
  cluster_.server().Signal(SIGCONT);
  EXPECT_EQ(cluster_.server().Wait(absl::Milliseconds(600)), std::nullopt);
  EXPECT_EQ(cluster_.Run({"list"}).exit_code, 0) << cluster_.Logs();
}

}  // namespace
}  // namespace etalon::testing
