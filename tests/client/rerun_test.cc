// `etalon rerun`: what it asks the coordinator and hands to the worker's
// program, for which a shell script stands here.

#include <gmock/gmock.h>

#include <filesystem>
#include <string>

#include "common/files.h"
#include "tests/client/command_line_fixture.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RerunCommandTest : public CommandLineFixture {
 protected:
  RerunCommandTest() {
    environment_["TMPDIR"] = temporary_.path();
    service_.AnswerTrials({trial_});
    service_.AnswerWorkers({ParseTextProto<v1::Worker>(R"pb(
                              name: "workers/1"
                              capabilities { kernel: "generic" }
                            )pb"),
                            ParseTextProto<v1::Worker>(R"pb(
                              name: "workers/2"
                              capabilities { kernel: "avx2" }
                            )pb")});
    // Keeps what it is given, and where nobody else may look.
    UseWorker(
        "printf '%s ' \"$@\" > \"$0.arguments\"\n"
        "cp \"$3\" \"$0.trial\"\n"
        "stat -c %a \"$(dirname \"$3\")\" > \"$0.mode\"\n");
  }

  void UseWorker(const std::string& script) {
    fs::permissions(WriteFile("etalon-worker", "#!/bin/sh\n" + script),
                    fs::perms::owner_all);
  }
  std::string Kept(const std::string& what) {
    return *ReadWholeFile(folder_.File("etalon-worker." + what), 1000);
  }

  TempDir temporary_;
  v1::Trial trial_ = ParseTextProto<v1::Trial>(R"pb(
    name: "searches/s/trials/7"
    state: SUCCEEDED
    worker: "workers/2"
    measurements { update: 3 }
  )pb");
};

TEST_F(RerunCommandTest, HandsTheTrialToTheWorkersProgram) {
  const CommandResult result =
      Run({"rerun", "s/7", "--data", folder_.path(), "--kernel", "auto"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(Kept("arguments"),
              AllOf(HasSubstr("rerun --trial " + temporary_.path()),
                    HasSubstr(" --trained-with avx2 "),
                    HasSubstr(" --data " + folder_.path() + " "),
                    HasSubstr(" --kernel auto ")));
  v1::Trial given;
  ASSERT_TRUE(given.ParseFromString(Kept("trial")));
  EXPECT_THAT(given, EqualsProto(trial_));
  EXPECT_EQ(Kept("mode"), "700\n");
  EXPECT_TRUE(fs::is_empty(temporary_.path()));
}

TEST_F(RerunCommandTest, ExitCodesAreTheWorkers) {
  for (const int code : {0, 1, 2, 130}) {
    UseWorker("exit " + std::to_string(code) + "\n");
    EXPECT_EQ(Run({"rerun", "s/7"}).exit_code, code);
  }
}

TEST_F(RerunCommandTest, WorkerThatEndsOtherwiseIsToldOf) {
  UseWorker("kill -9 $$\n");
  const CommandResult killed = Run({"rerun", "s/7"});
  EXPECT_EQ(killed.exit_code, 1);
  EXPECT_THAT(killed.err, HasSubstr("etalon-worker ended with signal 9"));
  fs::remove(folder_.File("etalon-worker"));
  const CommandResult missing = Run({"rerun", "s/7"});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, HasSubstr("cannot run"));
}

TEST_F(RerunCommandTest, InterruptEndsTheWorker) {
  UseWorker("exec sleep 60\n");
  interrupt_.Trigger();
  EXPECT_EQ(Run({"rerun", "s/7"}).exit_code, 130);
  EXPECT_TRUE(fs::is_empty(temporary_.path()));
}

TEST_F(RerunCommandTest, TrialWithoutAResultIsRefusedWithItsState) {
  for (const auto& [state, name] :
       {std::pair(v1::Trial::QUEUED, "QUEUED"),
        std::pair(v1::Trial::RUNNING, "RUNNING"),
        std::pair(v1::Trial::FAILED, "FAILED"),
        std::pair(v1::Trial::CANCELLED, "CANCELLED")}) {
    trial_.set_state(state);
    service_.AnswerTrials({trial_});
    const CommandResult result = Run({"rerun", "s/7"});
    EXPECT_EQ(result.exit_code, 4);
    EXPECT_THAT(result.err, HasSubstr(std::string("is ") + name));
  }
  EXPECT_FALSE(fs::exists(folder_.File("etalon-worker.trial")));
}

TEST_F(RerunCommandTest, WorkerThatNobodyKnowsIsNamed) {
  service_.AnswerWorkers({});
  const CommandResult result = Run({"rerun", "s/7"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("workers/2"));
  EXPECT_THAT(result.out, IsEmpty());
}

}  // namespace
}  // namespace etalon::testing
