// The program itself: signals and exit codes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <string>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/version.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace etalon::testing {
namespace {

using ::testing::HasSubstr;

constexpr absl::Duration kPatience = absl::Seconds(60);
// Nobody listens on port 1.
constexpr char kNobody[] = "127.0.0.1:1";

// A worker without a coordinator that has tried at least once to reach it.
class LonelyWorker {
 public:
  LonelyWorker()
      : process_({ETALON_WORKER, "--server", kNobody, "--threads", "2"},
                 {.out_file = "",
                  .error_file = folder_.File("log"),
                  .environment = {}}) {
    const absl::Time deadline = absl::Now() + kPatience;
    while (!absl::StrContains(Log(), "trying on") && absl::Now() < deadline) {
      absl::SleepFor(absl::Milliseconds(10));
    }
  }
  Process& process() { return process_; }
  std::string Log() const { return ReadFile(folder_.File("log")); }

 private:
  TempDir folder_;
  Process process_;
};

TEST(WorkerProcess, EndsWithZeroOnSigtermThoughNobodyAnswers) {
  LonelyWorker worker;
  worker.process().Signal(SIGTERM);
  EXPECT_EQ(worker.process().Wait(kPatience), 0) << worker.Log();
}

TEST(WorkerProcess, EndsWithZeroOnSigint) {
  LonelyWorker worker;
  worker.process().Signal(SIGINT);
  EXPECT_EQ(worker.process().Wait(kPatience), 0) << worker.Log();
}

TEST(WorkerProcess, AnUnreachableCoordinatorIsNamedOnce) {
  LonelyWorker worker;
  worker.process().Signal(SIGTERM);
  worker.process().Wait(kPatience);
  const std::string log = worker.Log();
  EXPECT_THAT(log, HasSubstr(kNobody));
  EXPECT_EQ(log.find("trying on"), log.rfind("trying on")) << log;
}

TEST(WorkerProcess, AWrongFlagEndsWithTwoAndPlainWords) {
  const ProcessResult result = RunProcess({ETALON_WORKER, "--threads", "none"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("--threads"));
}

TEST(WorkerProcess, TellsItsVersion) {
  const ProcessResult result = RunProcess({ETALON_WORKER, "--version"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, std::string("etalon-worker ") + kVersion + "\n");
}

}  // namespace
}  // namespace etalon::testing
