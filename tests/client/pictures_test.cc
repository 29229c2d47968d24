// The verbs that draw: curves, map and weights.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "common/formats/safetensors.h"
#include "tests/client/command_line_fixture.h"
#include "tests/client/pictures/map_test_support.h"
#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::CommandLineFixture;
using ::etalon::testing::CommandResult;
using ::etalon::testing::MapSearch;
using ::etalon::testing::MapTrials;
using ::etalon::testing::ParseTextProto;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

class Pictures : public CommandLineFixture {
 protected:
  Pictures() {
    environment_["PATH"] = std::getenv("PATH");
    environment_["TMPDIR"] = folder_.path();
    service_.AnswerSearches({MapSearch()});
    service_.AnswerTrials({ParseTextProto<v1::Trial>(R"pb(
      name: "searches/s/trials/7"
      measurements {
        update: 10
        epoch: 1
        learning_rate: 0.25
        validation { loss: 2.5 cost: 3 accuracy: 0.125 }
      }
    )pb")});
  }

  std::string Content(const std::string& name) const {
    std::ifstream file(folder_.File(name), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  std::string WriteModel(int64_t units, int64_t inputs) {
    Safetensors model;
    model.tensors.push_back(
        {"layers.0.weight",
         {units, inputs},
         std::vector<float>(static_cast<size_t>(units * inputs), 0.5F)});
    return WriteFile("model.safetensors", EncodeSafetensors(model).value());
  }
};

TEST_F(Pictures, CurvesGoToTheFile) {
  const CommandResult result =
      Run({"curves", "s/7", "s/7", "--out", folder_.File("c.png"), "--size",
           "640x480", "--x", "epoch"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(Content("c.png"), StartsWith("\x89PNG"));
  EXPECT_EQ(Run({"curves", "s/7", "--out", folder_.File("c.svg")}).exit_code,
            0);
  EXPECT_THAT(Content("c.svg"), HasSubstr("s/7"));
}

TEST_F(Pictures, CurvesWithoutAFileAreRows) {
  const CommandResult result = Run({"curves", "s/7", "s/7", "-o", "csv"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out,
            "trial,update,epoch,learning_rate,train_loss,train_cost,"
            "train_accuracy,validation_loss,validation_cost,"
            "validation_accuracy,test_loss,test_cost,test_accuracy,"
            "weights_update\r\n"
            "searches/s/trials/7,10,1,0.25,,,,2.5,3,0.125,,,,\r\n"
            "searches/s/trials/7,10,1,0.25,,,,2.5,3,0.125,,,,\r\n");
}

TEST_F(Pictures, MoreTrialsThanCanBeToldApartAreRefused) {
  std::vector<std::string> arguments(14, "s/7");
  arguments[0] = "curves";
  arguments.insert(arguments.end(), {"--out", folder_.File("c.svg")});
  const CommandResult result = Run(arguments);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("13 trials are more than the 12"));
}

TEST_F(Pictures, TrialsWithoutMeasurementsAreNamed) {
  service_.AnswerTrials({v1::Trial()});
  const CommandResult result = Run({"curves", "s/7"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("searches/s/trials/7 has no measurements"));
}

TEST_F(Pictures, MapGoesToTheTerminalOrTheFile) {
  service_.AnswerTrials(MapTrials());
  const CommandResult terminal = Run({"map", "s"});
  EXPECT_EQ(terminal.exit_code, 0) << terminal.err;
  EXPECT_THAT(terminal.out, AllOf(StartsWith("eta\n"), HasSubstr("85.00")));
  EXPECT_EQ(Run({"map", "s", "--out", folder_.File("m.svg")}).exit_code, 0);
  EXPECT_THAT(Content("m.svg"), HasSubstr("s: validation accuracy"));
}

TEST_F(Pictures, MapTakesOtherAxesAndOneStage) {
  service_.AnswerTrials(MapTrials());
  const CommandResult result =
      Run({"map", "s", "--x", "network.activation", "--stage", "fine"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("network.activation"));
  ASSERT_THAT(service_.listed(), ::testing::Not(IsEmpty()));
  EXPECT_EQ(service_.listed()[0].filter(), "stage = fine");
  ASSERT_THAT(service_.ranked(), SizeIs(1));
  EXPECT_EQ(service_.ranked()[0].stage(), "fine");
}

TEST_F(Pictures, MapOfNothingSaysSo) {
  service_.AnswerTrials({});
  const CommandResult result = Run({"map", "s"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("no trial of s has a result"));
}

TEST_F(Pictures, UnknownParameterIsNotFound) {
  EXPECT_EQ(Run({"map", "s", "--x", "lamda"}).exit_code, 3);
  EXPECT_EQ(Run({"map", "s", "--stage", "corse"}).exit_code, 3);
}

TEST_F(Pictures, WeightsAreDrawn) {
  const CommandResult result =
      Run({"weights", WriteModel(300, 784), "--out", folder_.File("w.png")});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("the first 256 of 300 units"));
  EXPECT_THAT(Content("w.png"), StartsWith("\x89PNG"));
}

TEST_F(Pictures, WeightsOfATrialAreFetched) {
  WriteModel(2, 784);
  const std::string model = Content("model.safetensors");
  service_.AnswerModel(model, 1000, static_cast<int64_t>(model.size()));
  const CommandResult result =
      Run({"weights", "s/7", "--out", folder_.File("w.png")});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(Content("w.png"), StartsWith("\x89PNG"));
}

TEST_F(Pictures, FilesThatAreNoModelsAreRefused) {
  const std::string out = folder_.File("w.png");
  const CommandResult other =
      Run({"weights", WriteFile("x", "no model"), "--out", out});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr(folder_.File("x") + ": "));
  EXPECT_EQ(Run({"weights", folder_.File("none"), "--out", out}).exit_code, 3);
  EXPECT_EQ(Run({"weights", folder_.path(), "--out", out}).exit_code, 2);
  EXPECT_EQ(Run({"weights", WriteModel(2, 100), "--out", out}).exit_code, 2);
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST_F(Pictures, MissingGnuplotFails) {
  environment_.erase("PATH");
  const CommandResult result =
      Run({"curves", "s/7", "--out", folder_.File("c.png")});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("gnuplot-nox"));
}

TEST_F(Pictures, BadFlagsAreUsageErrors) {
  const std::string png = folder_.File("x.png");
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{
           {"curves"},
           {"curves", "s"},
           {"curves", "s/7", "--out", "c.pdf"},
           {"curves", "s/7", "--out", png, "--size", "9"},
           {"curves", "s/7", "--out", png, "-o", "csv"},
           {"curves", "s/7", "--out", png, "--x", "second"},
           {"curves", "s/7", "--x", "epoch"},
           {"curves", "s/7", "--size", "640x480"},
           {"map", "s", "--out", "map"},
           {"map", "s", "--y", "eta"},
           {"map", "s", "--x", "eta", "--y", "eta"},
           {"weights", "m.safetensors"},
           {"weights", "m.safetensors", "--out", "w.jpg"},
           {"weights", "m.safetensors", "--out", png, "--shape", "32x32"}}) {
    const CommandResult result = Run(arguments);
    EXPECT_EQ(result.exit_code, 2) << ::testing::PrintToString(arguments);
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_THAT(result.err, ::testing::Not(IsEmpty()));
  }
  EXPECT_THAT(Run({"map", "s", "--out", "map.pdf"}).err,
              HasSubstr(".png or .svg"));
}

}  // namespace
}  // namespace etalon
