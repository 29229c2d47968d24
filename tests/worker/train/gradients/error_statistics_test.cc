#include "worker/train/gradients/error_statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace etalon::train {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Differences 0.5, 0 and 1 of sums 1.5, 4 and 3: relative errors 1/3, 0, 1/3.
TEST(ErrorStatisticsTest, GivesTheNumbersWorkedByHand) {
  ErrorStatistics errors(0.75, 1e-8);
  errors.Add(1, 0.5);
  errors.Add(-2, -2);
  errors.Add(1, 2);
  EXPECT_EQ(errors.count(), 3);
  EXPECT_DOUBLE_EQ(errors.max_absolute(), 1);
  EXPECT_DOUBLE_EQ(errors.max_relative(), 1.0 / 3);
  EXPECT_DOUBLE_EQ(errors.mean_relative(), 2.0 / 9);
  EXPECT_DOUBLE_EQ(errors.variance_relative(), 2.0 / 81);
  // Norms sqrt(1.25) of the difference, sqrt(6) and sqrt(8.25) of the two.
  EXPECT_DOUBLE_EQ(errors.norm_relative(),
                   std::sqrt(1.25) / (std::sqrt(6.0) + std::sqrt(8.25)));
  EXPECT_EQ(errors.absolute_within(), 2);
  EXPECT_EQ(errors.relative_within(), 3);
}

TEST(ErrorStatisticsTest, NothingIsNoError) {
  const ErrorStatistics errors(1e-6, 1e-8);
  EXPECT_EQ(errors.count(), 0);
  EXPECT_EQ(errors.max_absolute(), 0);
  EXPECT_EQ(errors.mean_relative(), 0);
  EXPECT_EQ(errors.variance_relative(), 0);
  EXPECT_EQ(errors.norm_relative(), 0);
}

TEST(ErrorStatisticsTest, EpsilonIsTheLeastThatIsDividedBy) {
  ErrorStatistics errors(1e-6, 1e-5);
  errors.Add(2e-11, 1e-11);
  EXPECT_DOUBLE_EQ(errors.max_relative(), 1e-6);
  EXPECT_DOUBLE_EQ(errors.norm_relative(), 1e-6);
}

TEST(ErrorStatisticsTest, ABoundIsReachedByWhatEqualsIt) {
  ErrorStatistics errors(0.5, 1e-8);
  errors.Add(1, 0.5);
  EXPECT_EQ(errors.absolute_within(), 0);
}

TEST(ErrorStatisticsTest, NaNIsAnInfiniteError) {
  for (const auto& [a, b] :
       {std::pair{kNaN, 1.0}, std::pair{1.0, kNaN}, std::pair{kNaN, kNaN},
        std::pair{kInfinity, 1.0}}) {
    ErrorStatistics errors(1e-6, 1e-8);
    errors.Add(a, b);
    EXPECT_EQ(errors.max_absolute(), kInfinity);
    EXPECT_EQ(errors.max_relative(), kInfinity);
    EXPECT_EQ(errors.absolute_within(), 0);
    EXPECT_EQ(errors.relative_within(), 0);
  }
}

}  // namespace
}  // namespace etalon::train
