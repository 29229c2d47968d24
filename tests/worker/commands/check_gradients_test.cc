#include "worker/commands/check_gradients.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "tests/support/temp_dir.h"

namespace etalon {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using testing::TempDir;

struct Result {
  int exit_code = 0;
  std::string out;
  std::string error;
};

Result Call(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "check-gradients");
  std::vector<const char*> argv;
  for (const std::string& argument : arguments) {
    argv.push_back(argument.c_str());
  }
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  Result result;
  result.exit_code =
      CheckGradientsCommand(static_cast<int>(argv.size()), argv.data());
  result.out = ::testing::internal::GetCapturedStdout();
  result.error = ::testing::internal::GetCapturedStderr();
  return result;
}

std::vector<std::string> Lines(const std::string& text) {
  return absl::StrSplit(text, '\n', absl::SkipEmpty());
}

// A search file with this training.
std::string WriteSpec(const TempDir& folder, const std::string& training) {
  const std::string path = folder.File("search.yaml");
  std::ofstream(path) << "name: n\ntraining:\n  schedule: {constant: {}}\n"
                      << training
                      << "\nparameters: {eta: {log: [1e-3, 1e-1]}}\n"
                         "stages: [{name: s, sample: {random: 1}}]\n";
  return path;
}

TEST(CheckGradients, SmallNetworksAreCheckedWholeAndEndWithZero) {
  const Result result = Call({"--layers", "5,6,3", "--batch", "3"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.error, IsEmpty());
  const std::vector<std::string> lines = Lines(result.out);
  ASSERT_EQ(lines.size(), 2 + 2 * 4u);
  EXPECT_EQ(lines[0], "lambda 0.01, batch 3");
  EXPECT_THAT(lines[2], StartsWith("W1            30  differences      30"));
  EXPECT_THAT(lines[9], StartsWith("b2             3  automatic         3"));
}

TEST(CheckGradients, EveryLambdaMeetsEveryBatch) {
  const Result result = Call({"--layers", "4,3", "--batch", "2,5", "--lambda",
                              "0,0.5", "--output", "csv"});
  EXPECT_EQ(result.exit_code, 0);
  const std::vector<std::string> lines = Lines(result.out);
  ASSERT_EQ(lines.size(), 1 + 4 * 4u);
  EXPECT_THAT(lines[0], StartsWith("lambda,batch,array"));
  EXPECT_THAT(lines[1], StartsWith("0,2,W1,12,differences,12,0,"));
  EXPECT_THAT(lines[5], StartsWith("0,5,W1,"));
  EXPECT_THAT(lines[16], StartsWith("0.5,5,b1,3,automatic,3,0,"));
}

TEST(CheckGradients, ABoundThatIsBrokenEndsWithOneAndTheArraysNames) {
  const Result result =
      Call({"--layers", "5,6,3", "--batch", "3", "--bound", "1e-18"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out, HasSubstr("W1"));
  EXPECT_THAT(result.error,
              HasSubstr("W1 at lambda 0.01 and batch 3 is past the bound"));
}

TEST(CheckGradients, TheNetworksFlagsShapeTheNetwork) {
  const Result result =
      Call({"--layers", "5,6,3", "--batch", "4", "--batch-norm", "--init", "he",
            "--activation", "leaky_relu", "--samples", "2", "--kernel",
            "generic", "--seed", "9", "--step", "1e-6", "--epsilon", "1e-5"});
  EXPECT_EQ(result.exit_code, 0) << result.error;
  EXPECT_THAT(result.out, AllOf(HasSubstr("gamma1"), HasSubstr("beta1")));
  EXPECT_THAT(Lines(result.out)[2],
              StartsWith("W1            30  differences       2"));
}

TEST(CheckGradients, GeneratedImagesFeedNetworksThatFitThem) {
  const Result result =
      Call({"--layers", "3072,4,10", "--batch", "5", "--samples", "3"});
  EXPECT_EQ(result.exit_code, 0) << result.error;
  // Not the numbers that another source of inputs gives.
  EXPECT_NE(result.out, Call({"--layers", "3072,4,10", "--batch", "5",
                              "--samples", "3", "--dataset", "normal"})
                            .out);
}

TEST(CheckGradients, ASearchFileGivesTheNetwork) {
  TempDir folder;
  const std::string path = WriteSpec(
      folder,
      "  dataset: {name: synthetic}\n  batch_size: 7\n"
      "  lambda: 0.25\n  network: {hidden: [4, 3], batch_norm: true}");
  const Result result = Call({"--spec", path, "--samples", "2"});
  EXPECT_EQ(result.exit_code, 0) << result.error;
  EXPECT_EQ(Lines(result.out)[0], "lambda 0.25, batch 7");
  EXPECT_THAT(result.out, AllOf(HasSubstr("gamma2"), HasSubstr("W3"),
                                HasSubstr("W1         12288")));
}

TEST(CheckGradients, ASearchFilesDefaultsAreItsOwn) {
  TempDir folder;
  const Result result =
      Call({"--spec", WriteSpec(folder, "  dataset: {name: mnist}"),
            "--samples", "2"});
  EXPECT_EQ(result.exit_code, 0) << result.error;
  EXPECT_EQ(Lines(result.out)[0], "lambda 0, batch 100");
  EXPECT_THAT(result.out, HasSubstr("W1         39200"));  // 784 x 50
}

TEST(CheckGradients, FlagsReplaceLambdaAndBatchOfASearchFile) {
  TempDir folder;
  const Result result =
      Call({"--spec",
            WriteSpec(folder, "  dataset: {name: mnist}\n  batch_size: 50"),
            "--samples", "1", "--lambda", "0.5", "--batch", "3"});
  EXPECT_EQ(Lines(result.out)[0], "lambda 0.5, batch 3");
}

TEST(CheckGradients, MistakesOfASearchFileHaveTheirLine) {
  TempDir folder;
  const std::string path = WriteSpec(
      folder, "  dataset: {name: synthetic}\n  network: {hiden: [4]}");
  const Result result = Call({"--spec", path});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error,
              HasSubstr("search.yaml:5: training.network.hiden: unknown key"));
}

TEST(CheckGradients, HelpEndsWithZeroOnStandardOutput) {
  const Result result = Call({"--help"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("--layers N,N,..."), HasSubstr("--spec FILE"),
                    HasSubstr("Exit codes: 0")));
}

struct Wrong {
  std::string name;
  std::vector<std::string> arguments;
  std::string message;
};

void PrintTo(const Wrong& wrong, std::ostream* stream) {
  *stream << wrong.name;
}

class WrongCheckGradients : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongCheckGradients, EndsWithTwoAndPlainWords) {
  const Result result = Call(GetParam().arguments);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.out, Not(HasSubstr("W1")));
  EXPECT_THAT(result.error, AllOf(StartsWith("etalon-worker check-gradients: "),
                                  HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Flags, WrongCheckGradients,
    ::testing::Values(
        Wrong{"Nothing", {}, "--layers"},
        Wrong{"Unknown", {"--layers", "4,3", "--speed", "9"}, "--speed"},
        Wrong{"OneLayer", {"--layers", "4"}, "--layers with inputs"},
        Wrong{"LayerOfWords", {"--layers", "4,many"}, "--layers"},
        Wrong{"NoInputs", {"--layers", "0,3"}, "0 inputs"},
        Wrong{"TooManyInputs", {"--layers", "9000000,3"}, "9000000 inputs"},
        Wrong{"NoUnits", {"--layers", "4,0,3"}, "layer 1 of the network is 0"},
        Wrong{"NegativeUnits", {"--layers", "4,-2,3"}, "is -2"},
        Wrong{"TooManyWeights", {"--layers", "4,9000,9000,3"}, "9000"},
        Wrong{"TooManyClasses", {"--layers", "4,257"}, "257 classes"},
        Wrong{"Activation",
              {"--layers", "4,3", "--activation", "tanh"},
              "'tanh' is none of"},
        Wrong{"Init", {"--layers", "4,3", "--init", "-1"}, "'-1'"},
        Wrong{"BatchOfNone", {"--layers", "4,3", "--batch", "0"}, "batch of 0"},
        Wrong{"BatchTooLarge",
              {"--layers", "4,3", "--batch", "10001"},
              "batch of 10001"},
        Wrong{"BatchNormOfOne",
              {"--layers", "4,5,3", "--batch", "1", "--batch-norm"},
              "batch is 1"},
        Wrong{"Lambda", {"--layers", "4,3", "--lambda", "-1"}, "lambda is -1"},
        Wrong{"LambdaNan", {"--layers", "4,3", "--lambda", "nan"}, "lambda"},
        Wrong{"Samples", {"--layers", "4,3", "--samples", "0"}, "samples is 0"},
        Wrong{"Step", {"--layers", "4,3", "--step", "0"}, "step is 0"},
        Wrong{"Bound", {"--layers", "4,3", "--bound", "0"}, "bound is 0"},
        Wrong{"Epsilon", {"--layers", "4,3", "--epsilon", "0"}, "epsilon is 0"},
        Wrong{"Kernel", {"--layers", "4,3", "--kernel", "sse"}, "sse"},
        Wrong{"Output", {"--layers", "4,3", "-o", "xml"}, "'xml'"},
        Wrong{"Dataset", {"--layers", "4,3", "--dataset", "x"}, "'x'"},
        Wrong{"ImagesThatDoNotFit",
              {"--layers", "4,3", "--dataset", "synthetic"},
              "images have 3072 inputs"},
        Wrong{"Cifar10WithoutFiles",
              {"--layers", "3072,10", "--dataset", "cifar10"},
              "needs --data"},
        Wrong{"NoFolder",
              {"--layers", "3072,10", "--data", "/nowhere"},
              "/nowhere"},
        Wrong{
            "SpecBesideLayers", {"--layers", "4,3", "--spec", "f"}, "excludes"},
        Wrong{"SpecBesideInit", {"--spec", "f", "--init", "he"}, "excludes"},
        Wrong{"NoSpec", {"--spec", "/nowhere.yaml"}, "/nowhere.yaml"}),
    [](const auto& info) { return info.param.name; });

TEST(CheckGradients, ADataSetWhoseInputsAreNotKnownIsRefused) {
  TempDir folder;
  const Result result =
      Call({"--spec", WriteSpec(folder, "  dataset: {name: idx}")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("'idx'"));
}

}  // namespace
}  // namespace etalon
