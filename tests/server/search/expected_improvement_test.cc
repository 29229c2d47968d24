#include "server/search/expected_improvement.h"

#include <gtest/gtest.h>

#include <cmath>

namespace etalon {
namespace {

struct Case {
  double z;
  double value;
  double derivative;
};

// Computed with 60 digits (mpmath: log(npdf(z) + z*ncdf(z)), and ncdf(z) by
// that number).
constexpr Case kCases[] = {
    {3, 1.0987396653277078, 0.33284096845179524},
    {0, -0.91893853320467274, 1.2533141373155003},
    {-0.5, -1.6205162643873199, 1.5598731483480797},
    {-1, -2.4851210257126413, 1.9042712333296918},
    {-1.0001, -2.4853114564458833, 1.9043434317165274},
    {-5, -16.74430116266099, 5.3618162412880885},
    {-24.9, -317.35848574266734, 24.979936959471138},
    {-25.1, -322.37440987246407, 25.179305997377542},
    {-100, -5010.1295788002498, 100.01999400419587},
    {-1e6, -500000000028.54996, 1000000.000002},
};

TEST(LogExpectedImprovementTest, AgreesWithSixtyDigits) {
  for (const Case& expected : kCases) {
    const LogValue log = LogExpectedImprovement(expected.z);
    EXPECT_NEAR(log.value / expected.value, 1, 1e-10) << expected.z;
    // The series has four terms: 10^-8 where it begins.
    EXPECT_NEAR(log.derivative / expected.derivative, 1, 1e-7) << expected.z;
  }
}

TEST(LogExpectedImprovementTest, IsFiniteAndRisesWhateverTheArgument) {
  double before = -INFINITY;
  for (double z = -1e5; z < 40; z += z < -50 ? 99.5 : 0.01) {
    const LogValue log = LogExpectedImprovement(z);
    ASSERT_TRUE(std::isfinite(log.value)) << z;
    ASSERT_TRUE(std::isfinite(log.derivative)) << z;
    EXPECT_GT(log.value, before) << z;
    EXPECT_GT(log.derivative, 0) << z;
    before = log.value;
  }
}

}  // namespace
}  // namespace etalon
