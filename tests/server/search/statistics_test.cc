#include "server/search/statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace etalon {
namespace {

TEST(ComputeStatisticTest, OneNumberHasNoIntervalAndNoDeviation) {
  const v1::Statistic statistic = ComputeStatistic({0.5});
  EXPECT_EQ(statistic.count(), 1);
  EXPECT_EQ(statistic.mean(), 0.5);
  EXPECT_EQ(statistic.standard_deviation(), 0);
  EXPECT_FALSE(statistic.has_half_width_95());
}

TEST(ComputeStatisticTest, DeviationDividesByOneLessThanTheCount) {
  const v1::Statistic statistic = ComputeStatistic({1, 2, 3, 4});
  EXPECT_EQ(statistic.count(), 4);
  EXPECT_DOUBLE_EQ(statistic.mean(), 2.5);
  EXPECT_DOUBLE_EQ(statistic.standard_deviation(), std::sqrt(5.0 / 3));
}

// Half the width is t s / sqrt(n); with s = sqrt(n) it is t itself.
double HalfWidthOverStandardError(int count) {
  std::vector<double> numbers;
  for (int i = 0; i < count; ++i) numbers.push_back(i % 2);
  const v1::Statistic statistic = ComputeStatistic(numbers);
  return statistic.half_width_95() * std::sqrt(count) /
         statistic.standard_deviation();
}

// Expected: qt(0.975, n - 1) of R, also in every printed table of Student's t.
TEST(ComputeStatisticTest, IntervalIsStudents) {
  EXPECT_NEAR(HalfWidthOverStandardError(2), 12.7062047, 1e-6);
  EXPECT_NEAR(HalfWidthOverStandardError(3), 4.3026527, 1e-6);
  EXPECT_NEAR(HalfWidthOverStandardError(5), 2.7764451, 1e-6);
  EXPECT_NEAR(HalfWidthOverStandardError(10), 2.2621572, 1e-6);
  EXPECT_NEAR(HalfWidthOverStandardError(31), 2.0422725, 1e-6);
}

TEST(ComputeStatisticTest, LargeEqualOffsetsDoNotCancelTheDeviation) {
  const v1::Statistic statistic = ComputeStatistic({1e9, 1e9 + 1, 1e9 + 2});
  EXPECT_DOUBLE_EQ(statistic.standard_deviation(), 1);
}

}  // namespace
}  // namespace etalon
