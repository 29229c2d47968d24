// `etalon model`: a file of a trial's model, whole or none.

#include <gmock/gmock.h>

#include <filesystem>
#include <string>

#include "common/files.h"
#include "tests/client/command_line_fixture.h"
#include "tests/support/status_matchers.h"

namespace etalon::testing {
namespace {

using ::testing::HasSubstr;

class ModelCommandTest : public CommandLineFixture {
 protected:
  CommandResult Fetch(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"model", "s/7", "--out", path_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Run(arguments);
  }

  const std::string path_ = folder_.File("m.safetensors");
};

TEST_F(ModelCommandTest, WritesTheModelPieceByPiece) {
  service_.AnswerModel("abcdefgh", 3, 8);
  const CommandResult result = Fetch();
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, path_ + "\n");
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(*ReadWholeFile(path_, 100), "abcdefgh");
}

TEST_F(ModelCommandTest, FileThatIsThereIsReplacedOnlyByForce) {
  service_.AnswerModel("new", 3, 3);
  WriteFile("m.safetensors", "old");
  const CommandResult refused = Fetch();
  EXPECT_EQ(refused.exit_code, 4);
  EXPECT_THAT(refused.err, HasSubstr("--force"));
  EXPECT_EQ(*ReadWholeFile(path_, 100), "old");
  EXPECT_EQ(Fetch({"--force"}).exit_code, 0);
  EXPECT_EQ(*ReadWholeFile(path_, 100), "new");
}

TEST_F(ModelCommandTest, ModelThatIsNotWholeLeavesNoFile) {
  service_.AnswerModel("abc", 3, 4);
  EXPECT_EQ(Fetch().exit_code, 1);
  service_.AnswerModel("abcdefgh", 8, 4);
  EXPECT_EQ(Fetch().exit_code, 1);
  service_.AnswerModel("abc", 3, int64_t{1} << 40);
  EXPECT_THAT(Fetch().err, HasSubstr("is not whole"));
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(ModelCommandTest, ReasonWhyThereIsNoneIsTold) {
  service_.FailWith(grpc::Status(grpc::StatusCode::FAILED_PRECONDITION,
                                 "no model is stored of it"));
  const CommandResult result = Fetch();
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.err, HasSubstr("no model is stored of it"));
}

TEST_F(ModelCommandTest, FolderThatIsNotThereIsToldOf) {
  service_.AnswerModel("abc", 3, 3);
  const CommandResult result =
      Run({"model", "s/7", "--out", folder_.File("none/m")});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("cannot write"));
}

TEST_F(ModelCommandTest, TrialWithAModelShowsItsSize) {
  v1::Trial trial;
  trial.set_name("searches/s/trials/7");
  trial.set_stage("searches/s/stages/coarse");
  service_.AnswerTrials({trial});
  EXPECT_THAT(Run({"trial", "s/7"}).out,
              ::testing::Not(HasSubstr("model_size")));
  trial.set_model_size_bytes(4321);
  service_.AnswerTrials({trial});
  EXPECT_THAT(Run({"trial", "s/7"}).out, HasSubstr("4321 bytes"));
  EXPECT_THAT(Run({"trial", "s/7", "-o", "json"}).out,
              HasSubstr("\"model_size_bytes\": 4321"));
}

}  // namespace
}  // namespace etalon::testing
