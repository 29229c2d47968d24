#include "client/local/child_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace etalon {
namespace {

using ::etalon::testing::StatusIs;
using ::etalon::testing::TempDir;
using ::testing::HasSubstr;

std::string Content(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Whether `happened` comes true within half a minute.
template <typename Condition>
bool Await(const Condition& happened) {
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (!happened()) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(5));
  }
  return true;
}

class ChildProcessTest : public ::testing::Test {
 protected:
  std::string log() const { return folder_.File("log"); }
  TempDir folder_;
};

TEST_F(ChildProcessTest, TellsHowItEndedAndKeepsItsLog) {
  ETALON_ASSERT_OK_AND_ASSIGN(
      const auto child,
      ChildProcess::Start({"/bin/sh", "-c", "echo oops >&2; exit 3"}, log()));
  ASSERT_TRUE(Await([&] { return child->Ended().has_value(); }));
  EXPECT_EQ(child->Ended(), "exit status 3");
  EXPECT_EQ(child->ExitStatus(), 3);
  EXPECT_EQ(Content(log()), "oops\n");
  EXPECT_EQ(child->name(), "sh");
}

TEST_F(ChildProcessTest, AttachedOneWritesWhereWeDo) {
  ::testing::internal::CaptureStdout();
  ETALON_ASSERT_OK_AND_ASSIGN(
      const auto child,
      ChildProcess::StartAttached({"/bin/sh", "-c", "echo fine; cat"}));
  const bool ended = Await([&] { return child->Ended().has_value(); });
  const std::string out = ::testing::internal::GetCapturedStdout();
  ASSERT_TRUE(ended);
  EXPECT_EQ(child->ExitStatus(), 0);
  EXPECT_EQ(out, "fine\n");
}

TEST_F(ChildProcessTest, ProgramThatIsNotThereIsNamed) {
  EXPECT_THAT(ChildProcess::Start({folder_.File("nothing")}, log()),
              StatusIs(absl::StatusCode::kInternal,
                       HasSubstr(folder_.File("nothing"))));
}

TEST_F(ChildProcessTest, TerminateReachesItThroughBlockedSignals) {
  // As the program's main has them.
  sigset_t signals;
  sigset_t before;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, &before);
  ETALON_ASSERT_OK_AND_ASSIGN(const auto child,
                              ChildProcess::Start({"/bin/sleep", "60"}, log()));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  child->Terminate();
  ASSERT_TRUE(Await([&] { return child->Ended().has_value(); }));
  EXPECT_EQ(child->Ended(), "signal 15");
  EXPECT_EQ(child->ExitStatus(), std::nullopt);
}

TEST_F(ChildProcessTest, DoesNotOutliveItsParentsSuddenDeath) {
  const std::string pid_file = folder_.File("pid");
  const pid_t parent = fork();
  if (parent == 0) {
    // Writes its own process id, then stays.
    auto child = ChildProcess::Start(
        {"/bin/sh", "-c", "echo $$ > " + pid_file + "; exec sleep 60"}, log());
    if (!child.ok()) _exit(1);
    pause();
  }
  ASSERT_TRUE(Await([&] { return !Content(pid_file).empty(); }));
  const pid_t child = std::stoi(Content(pid_file));
  ASSERT_EQ(kill(child, 0), 0);
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  // A zombie that nobody has reaped yet is dead, too.
  EXPECT_TRUE(Await([&] {
    const std::string stat =
        Content("/proc/" + std::to_string(child) + "/stat");
    return stat.empty() || stat.find(") Z") != std::string::npos;
  }));
}

}  // namespace
}  // namespace etalon
