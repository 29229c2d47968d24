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
  EXPECT_EQ(statistic.median(), 0.5);
  EXPECT_EQ(statistic.standard_deviation(), 0);
  EXPECT_FALSE(statistic.has_lower_95());
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

// Expected: SciPy 1.10.1, `mean`, `std(ddof=1)` and `median` of NumPy and
// `stats.t.interval(0.95, len(d) - 1, mean(d), stats.sem(d))`, each as repr()
// prints it. Boost's quantile and SciPy's differ in their tenth digit.
TEST(ComputeStatisticTest, AgreesWithSciPy) {
  const v1::Statistic even =
      ComputeStatistic({0.512, 0.498, 0.531, 0.507, 0.489, 0.5235});
  EXPECT_NEAR(even.mean(), 0.5100833333333333, 1e-15);
  EXPECT_NEAR(even.standard_deviation(), 0.015628232998860327, 1e-15);
  EXPECT_NEAR(even.median(), 0.5095000000000001, 1e-15);
  EXPECT_NEAR(even.lower_95(), 0.49368250862948826, 1e-10);
  EXPECT_NEAR(even.mean() + even.half_width_95(), 0.5264841580371784, 1e-10);

  const v1::Statistic odd = ComputeStatistic({0.731, 0.688, 0.702, 0.715, 0.1});
  EXPECT_NEAR(odd.mean(), 0.5871999999999999, 1e-15);
  EXPECT_NEAR(odd.standard_deviation(), 0.27281623851963066, 1e-15);
  EXPECT_EQ(odd.median(), 0.702);
  EXPECT_NEAR(odd.lower_95(), 0.24845389850480293, 1e-10);
  EXPECT_NEAR(odd.mean() + odd.half_width_95(), 0.925946101495197, 1e-10);
}

TEST(ComputeStatisticTest, LargeEqualOffsetsDoNotCancelTheDeviation) {
  const v1::Statistic statistic = ComputeStatistic({1e9, 1e9 + 1, 1e9 + 2});
  EXPECT_DOUBLE_EQ(statistic.standard_deviation(), 1);
}

}  // namespace
}  // namespace etalon
