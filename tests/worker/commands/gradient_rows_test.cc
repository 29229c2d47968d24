// The gradient checks of the course reports on generated images: no worse than
// what the reports give.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "worker/commands/check_gradients.h"

namespace etalon {
namespace {

// A line of the command's CSV.
struct Row {
  std::string array;
  bool automatic = false;
  double max_absolute = 0;
  double norm_relative = 0;
  double max_relative = 0;
  double within = 0;
};

double Number(const std::string& text) {
  double number = 0;
  EXPECT_TRUE(absl::SimpleAtod(text, &number)) << text;
  return number;
}

// What the command prints of so many entries an array; it must end with 0.
std::vector<Row> Check(std::vector<const char*> arguments,
                       const char* samples = "8") {
  arguments.insert(arguments.begin(), "check-gradients");
  arguments.insert(arguments.end(), {"--samples", samples, "-o", "csv"});
  ::testing::internal::CaptureStdout();
  EXPECT_EQ(CheckGradientsCommand(static_cast<int>(arguments.size()),
                                  arguments.data()),
            0);
  const std::string out = ::testing::internal::GetCapturedStdout();
  std::vector<Row> rows;
  for (const absl::string_view line :
       absl::StrSplit(out, '\n', absl::SkipEmpty())) {
    const std::vector<std::string> cells = absl::StrSplit(line, ',');
    if (cells[0] == "lambda") continue;
    rows.push_back({.array = cells[2],
                    .automatic = cells[4] == "automatic",
                    .max_absolute = Number(cells[7]),
                    .norm_relative = Number(cells[8]),
                    .max_relative = Number(cells[9]),
                    .within = Number(cells[12])});
  }
  EXPECT_FALSE(rows.empty());
  return rows;
}

// Report 000: 2.5e-11 to 1.7e-9 for each array.
TEST(GradientRows, RelativeErrorsOfTwoLayersAreThoseOfTheFirstReport) {
  for (const Row& row : Check({"--layers", "3072,50,10", "--lambda", "0,0.001",
                               "--batch", "1,50,100"})) {
    EXPECT_LT(row.norm_relative, row.automatic ? 1e-12 : 1e-8) << row.array;
  }
}

// Report 001: all errors below 1e-6, the largest 4.7e-7.
TEST(GradientRows, AbsoluteErrorsAreBelowThoseOfTheSecondReport) {
  for (const Row& row : Check(
           {"--layers", "3072,50,10", "--lambda", "0,0.01", "--batch", "20"})) {
    EXPECT_EQ(row.within, 1) << row.array;
    EXPECT_LE(row.max_absolute, 4.7e-7) << row.array;
  }
}

// Report 002: relative errors of at most 7e-3, divided by 1e-5 at least.
TEST(GradientRows, BatchNormalisationIsRightAtEveryDepth) {
  for (const char* layers :
       {"3072,10", "3072,50,10", "3072,50,30,10", "3072,50,30,20,10"}) {
    for (const Row& row :
         Check({"--layers", layers, "--batch-norm", "--init", "he", "--lambda",
                "0,0.01", "--epsilon", "1e-5"})) {
      EXPECT_LE(row.max_relative, 7e-3) << layers << " " << row.array;
    }
  }
}

// Report 004: about 1e-7 with steps of 1e-6.
TEST(GradientRows, OneLayerIsAsGoodWithASmallerStep) {
  for (const Row& row : Check({"--layers", "3072,10", "--batch", "20", "--step",
                               "1e-6", "--init", "0.01", "--lambda", "0"})) {
    EXPECT_LT(row.max_relative, 5e-6) << row.array;
  }
}

// Report 003: a small network against automatic differentiation, every entry.
TEST(GradientRows, AutomaticDifferentiationAgreesToRounding) {
  for (const Row& row :
       Check({"--layers", "5,6,3", "--batch", "3", "--lambda", "0"}, "30")) {
    EXPECT_LT(row.max_absolute, row.automatic ? 1e-15 : 1e-9) << row.array;
  }
}

}  // namespace
}  // namespace etalon
