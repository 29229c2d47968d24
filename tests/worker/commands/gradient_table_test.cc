#include "worker/commands/gradient_table.h"

#include <gtest/gtest.h>

#include <sstream>

namespace etalon {
namespace {

using train::ErrorStatistics;

TEST(CourseName, CountsLayersFromOneAndNamesNormalisation) {
  EXPECT_EQ(CourseName("layers.0.weight"), "W1");
  EXPECT_EQ(CourseName("layers.2.bias"), "b3");
  EXPECT_EQ(CourseName("layers.1.norm.weight"), "gamma2");
  EXPECT_EQ(CourseName("layers.10.norm.bias"), "beta11");
}

TEST(CourseName, LeavesOtherNamesAlone) {
  EXPECT_EQ(CourseName("weight"), "weight");
  EXPECT_EQ(CourseName("layers.x.weight"), "layers.x.weight");
}

// Of eight entries four are checked, one of them next to a kink.
GradientRun SampleRun() {
  ErrorStatistics differences(1e-6, 1e-8);
  differences.Add(1, 1.25);
  differences.Add(1, 1);
  differences.Add(1, 1);
  ErrorStatistics automatic(1e-6, 1e-8);
  for (int i = 0; i < 4; ++i) automatic.Add(0.5, 0.5);
  return {.lambda = 0.25,
          .batch = 20,
          .arrays = {{.name = "layers.0.weight",
                      .size = 8,
                      .kinks = 1,
                      .differences = differences,
                      .automatic = automatic}}};
}

TEST(PrintTable, HasARowForEachComparisonOfAnArray) {
  std::ostringstream out;
  PrintTable(SampleRun(), out);
  EXPECT_EQ(out.str(),
            "lambda 0.25, batch 20\n"
            "array       size  against     checked kinks max absolute norm "
            "relative max relative mean relative  variance   within\n"
            "W1             8  differences       3     1         0.25         "
            "0.069         0.11         0.037    0.0027   66.67%\n"
            "W1             8  automatic         4     0            0          "
            "   0            0             0         0     100%\n");
}

TEST(PrintCsv, HasTheSameNumbersInFull) {
  std::ostringstream out;
  PrintCsvHeader(out);
  GradientRun run = SampleRun();
  run.arrays[0].differences = ErrorStatistics(1e-6, 1e-8);
  run.arrays[0].differences.Add(1, 3);
  PrintCsv(run, out);
  EXPECT_EQ(out.str(),
            "lambda,batch,array,size,against,checked,kinks,max_absolute,norm_"
            "relative,max_relative,mean_relative,variance_relative,within\n"
            "0.25,20,W1,8,differences,1,1,2,0.5,0.5,0.5,0,0\n"
            "0.25,20,W1,8,automatic,4,0,0,0,0,0,0,1\n");
}

// All entries are next to kinks: none of them is past a bound.
TEST(PrintCsv, NothingCheckedIsWithinEveryBound) {
  std::ostringstream out;
  GradientRun run = SampleRun();
  run.arrays[0].differences = ErrorStatistics(1e-6, 1e-8);
  PrintCsv(run, out);
  EXPECT_NE(out.str().find("differences,0,1,0,0,0,0,0,1\n"), std::string::npos);
}

}  // namespace
}  // namespace etalon
