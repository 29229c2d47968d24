#include "server/search/space.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

#include "tests/server/search/specs.h"

namespace etalon {
namespace {

using testing::Categories;
using testing::IntegerRange;
using testing::LinearRange;
using testing::LogRange;

TEST(SpaceTest, PositionsZeroAndOneAreTheBoundsToTheBit) {
  // Neither survives the way to the logarithm and back, nor rounding.
  const double low = 0.1234567890123456789;
  const double high = 0.7654321098765432109;
  for (const v1::Parameter& parameter :
       {LogRange("eta", low, high), LinearRange("eta", low, high)}) {
    EXPECT_EQ(ValueAt(parameter, 0).number(), low);
    EXPECT_EQ(ValueAt(parameter, 1).number(), high);
  }
}

TEST(SpaceTest, HalfwayOnALogScaleIsTheGeometricMean) {
  EXPECT_EQ(ValueAt(LogRange("eta", 1e-4, 1e-2), 0.5).number(), 1e-3);
  EXPECT_EQ(ValueAt(LinearRange("eta", 0, 0.004), 0.75).number(), 0.003);
}

TEST(SpaceTest, NarrowRangesAreNotRoundedAway) {
  const double low = 0.1;
  const double high = 0.1 + 1e-14;
  const double middle = ValueAt(LinearRange("eta", low, high), 0.5).number();
  EXPECT_GT(middle, low);
  EXPECT_LT(middle, high);
}

TEST(SpaceTest, RoundingKeepsTwelveSignificantDigits) {
  EXPECT_EQ(RoundToDigits(0.00123456789012345), 0.00123456789012);
  EXPECT_EQ(RoundToDigits(-98765432109876.0), -98765432109900.0);
  EXPECT_EQ(RoundToDigits(0), 0);
}

TEST(SpaceTest, ValuesOfARangeAreCounted) {
  EXPECT_EQ(ValueCount(IntegerRange("n", -2, 2)), 5);
  EXPECT_EQ(ValueCount(Categories("n", {1, 2, 3})), 3);
  EXPECT_EQ(ValueCount(LinearRange("n", 2, 2)), 1);
  EXPECT_EQ(ValueCount(LinearRange("n", 1, 2)),
            std::numeric_limits<int64_t>::max());
  EXPECT_EQ(ValueCount(IntegerRange("n", std::numeric_limits<int64_t>::min(),
                                    std::numeric_limits<int64_t>::max())),
            std::numeric_limits<int64_t>::max());
  EXPECT_EQ(ValueCount(IntegerRange("n", 5, 1)), 0);
}

TEST(SpaceTest, DrawsOfIntegersAreEquallyLikelyOnALinearScale) {
  const v1::Parameter parameter = IntegerRange("n", 3, 6);
  std::map<int64_t, int> counts;
  for (int i = 0; i < 1000; ++i) {
    ++counts[DrawValue(parameter, i / 1000.0).integer()];
  }
  EXPECT_EQ(counts,
            (std::map<int64_t, int>{{3, 250}, {4, 250}, {5, 250}, {6, 250}}));
}

TEST(SpaceTest, DrawsOfIntegersFavourSmallOnesOnALogScale) {
  const v1::Parameter parameter = IntegerRange("n", 1, 7, v1::Parameter::LOG);
  // [1, 8) has three octaves: 1, 2 to 3, and 4 to 7.
  EXPECT_EQ(DrawValue(parameter, 0).integer(), 1);
  EXPECT_EQ(DrawValue(parameter, 0.33).integer(), 1);
  EXPECT_EQ(DrawValue(parameter, 0.34).integer(), 2);
  EXPECT_EQ(DrawValue(parameter, 0.67).integer(), 4);
  EXPECT_EQ(DrawValue(parameter, std::nextafter(1.0, 0.0)).integer(), 7);
}

TEST(SpaceTest, DrawsOfCategoriesAreEquallyLikely) {
  const v1::Parameter parameter = Categories("eta", {0.1, 0.2, 0.3, 0.4});
  EXPECT_EQ(DrawValue(parameter, 0).number(), 0.1);
  EXPECT_EQ(DrawValue(parameter, 0.25).number(), 0.2);
  EXPECT_EQ(DrawValue(parameter, 0.74).number(), 0.3);
  EXPECT_EQ(DrawValue(parameter, std::nextafter(1.0, 0.0)).number(), 0.4);
}

}  // namespace
}  // namespace etalon
