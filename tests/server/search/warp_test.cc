#include "server/search/warp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace etalon {
namespace {

using ::testing::Each;

TEST(WarpTest, HasMeanZeroAndVarianceOne) {
  const std::vector<double> warped = Warp({0.1, 0.9, 0.5, 0.45, 0.52, 0.3});
  double mean = 0;
  double variance = 0;
  for (const double value : warped) mean += value / 6;
  for (const double value : warped) variance += value * value / 6;
  EXPECT_NEAR(mean, 0, 1e-12);
  EXPECT_NEAR(variance, 1, 1e-12);
}

TEST(WarpTest, KeepsTheOrderAndWhatIsEqual) {
  const std::vector<double> values = {0.3, 0.1, 0.1, 0.52, 0.5, 0.9, 0.52};
  const std::vector<double> warped = Warp(values);
  for (size_t i = 0; i < values.size(); ++i) {
    for (size_t j = 0; j < values.size(); ++j) {
      EXPECT_EQ(values[i] < values[j], warped[i] < warped[j]) << i << " " << j;
    }
  }
}

// How bad the worst are does not matter, only that they are.
TEST(WarpTest, TheDepthOfTheWorstIsForgotten) {
  EXPECT_EQ(Warp({0.50, 0.51, 0.53, 0.1, 0.2}),
            Warp({0.50, 0.51, 0.53, -1e6, 0.2}));
}

// Upper half {3, 5}, spread sqrt(4/2); the lowest of 3 has the share 1/6, whose
// quantile is -0.967421566.
TEST(WarpTest, IsTheFormulaOnATinyCase) {
  const std::vector<double> warped = Warp({-100, 3, 5});
  const double low = 3 - std::sqrt(2) * 0.967421566101701;
  const double mean = (low + 3 + 5) / 3;
  const double deviation =
      std::sqrt(((low - mean) * (low - mean) + (3 - mean) * (3 - mean) +
                 (5 - mean) * (5 - mean)) /
                3);
  EXPECT_NEAR(warped[0], (low - mean) / deviation, 1e-9);
  EXPECT_NEAR(warped[2], (5 - mean) / deviation, 1e-9);
}

TEST(WarpTest, ValuesThatDoNotDifferAreZero) {
  EXPECT_THAT(Warp({0.7}), Each(0));
  EXPECT_THAT(Warp({0.1, 0.1, 0.1, 0.1}), Each(0));
}

TEST(WarpTest, AnUpperHalfThatDoesNotDifferIsNoFault) {
  for (const double value : Warp({0.5, 0.5, 0.5, 0.1})) {
    EXPECT_TRUE(std::isfinite(value));
  }
}

}  // namespace
}  // namespace etalon
