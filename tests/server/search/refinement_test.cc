#include "server/search/refinement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "common/limits.h"
#include "common/random.h"
#include "server/search/space.h"
#include "server/search/spacing.h"
#include "tests/server/search/specs.h"
#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using testing::Categories;
using testing::EqualsProto;
using testing::IntegerRange;
using testing::LinearRange;
using testing::LogRange;
using testing::Number;
using testing::ParseTextProto;

constexpr Extension kClip = {.allowed = false};
constexpr Extension kExtend = {.allowed = true};

TEST(TypicalSpacingTest, OfAGridIsItsStep) {
  const auto grid = ParseTextProto<v1::Sample>(
      "grid { points_per_parameter: 5 points { parameter: 'eta' count: 3 } }");
  const std::vector<v1::Parameter> box = {LogRange("lambda", 1e-5, 1e-1),
                                          LinearRange("eta", 0, 1)};
  EXPECT_DOUBLE_EQ(TypicalSpacing(grid, box, 0), std::log(10));
  EXPECT_DOUBLE_EQ(TypicalSpacing(grid, box, 1), 0.5);
}

TEST(TypicalSpacingTest, OfAGridOfOnePointIsTheWholeWidth) {
  const auto grid =
      ParseTextProto<v1::Sample>("grid { points_per_parameter: 1 }");
  EXPECT_EQ(TypicalSpacing(grid, {LinearRange("eta", 1, 3)}, 0), 2);
}

TEST(TypicalSpacingTest, OfRandomPointsIsTheEdgeOfEachPointsShare) {
  const auto random = ParseTextProto<v1::Sample>("random { count: 64 }");
  const v1::Parameter unit = LinearRange("eta", 0, 1);
  EXPECT_DOUBLE_EQ(TypicalSpacing(random, {unit}, 0), 1.0 / 64);
  EXPECT_DOUBLE_EQ(TypicalSpacing(random, {unit, unit}, 1), 1.0 / 8);
  EXPECT_DOUBLE_EQ(TypicalSpacing(random, {unit, unit, unit}, 2), 1.0 / 4);
}

TEST(TypicalSpacingTest, SinglePointsAndCategoriesAreNoDimensions) {
  const auto random = ParseTextProto<v1::Sample>("random { count: 4 }");
  const std::vector<v1::Parameter> box = {LinearRange("eta", 0, 1),
                                          LinearRange("lambda", 2, 2),
                                          Categories("c", {1, 2})};
  EXPECT_DOUBLE_EQ(TypicalSpacing(random, box, 0), 1.0 / 4);
  EXPECT_EQ(TypicalSpacing(random, box, 1), 0);
  EXPECT_EQ(TypicalSpacing(random, box, 2), 0);
}

TEST(RefineParameterTest, WidensTheBestByHalfASpacingOnTheScale) {
  EXPECT_THAT(
      RefineParameter(LogRange("lambda", 1e-5, 1e-1),
                      {Number(1e-3), Number(1e-4)}, std::log(10), kClip),
      EqualsProto(LogRange("lambda", 3.16227766017e-05, 3.16227766017e-03)));
  EXPECT_THAT(RefineParameter(LinearRange("eta", 0, 1),
                              {Number(0.5), Number(0.25)}, 0.25, kClip),
              EqualsProto(LinearRange("eta", 0.125, 0.625)));
}

TEST(RefineParameterTest, OneBestValueGivesTheBoxOfOneSpacing) {
  EXPECT_THAT(
      RefineParameter(LinearRange("eta", 0, 1), {Number(0.5)}, 0.25, kClip),
      EqualsProto(LinearRange("eta", 0.375, 0.625)));
}

TEST(RefineParameterTest, IsClippedToTheOriginalRange) {
  EXPECT_THAT(RefineParameter(LogRange("eta", 1e-5, 1e-1), {Number(1e-5)},
                              std::log(100), kClip),
              EqualsProto(LogRange("eta", 1e-5, 1e-4)));
}

TEST(RefineParameterTest, ExtendsAWholeSpacingPastTheBorderTheBestSitAgainst) {
  EXPECT_THAT(
      RefineParameter(LogRange("eta", 1e-5, 1e-1), {Number(1e-1), Number(1e-2)},
                      std::log(10), kExtend),
      EqualsProto(LogRange("eta", 3.16227766017e-03, 1)));
  EXPECT_THAT(
      RefineParameter(LogRange("eta", 1e-5, 1e-1), {Number(1e-1), Number(1e-2)},
                      std::log(10), kClip),
      EqualsProto(LogRange("eta", 3.16227766017e-03, 1e-1)));
}

TEST(RefineParameterTest, ExtendsNoBorderThatTheBestKeepAwayFrom) {
  EXPECT_THAT(
      RefineParameter(LinearRange("eta", 1, 2), {Number(1.5)}, 0.5, kExtend),
      EqualsProto(LinearRange("eta", 1.25, 1.75)));
}

TEST(RefineParameterTest, HalfASpacingAwayIsStillAgainstTheBorder) {
  EXPECT_THAT(
      RefineParameter(LinearRange("eta", 1, 2), {Number(1.75)}, 0.5, kExtend),
      EqualsProto(LinearRange("eta", 1.5, 2.5)));
}

TEST(RefineParameterTest, ExtensionOfALinearRangeStaysAboveItsLimit) {
  EXPECT_THAT(
      RefineParameter(LinearRange("eta", 0.1, 1), {Number(0.1)}, 0.5, kExtend),
      EqualsProto(LinearRange("eta", 0.05, 0.35)));
  EXPECT_THAT(
      RefineParameter(LinearRange("lambda", 0, 1), {Number(0)}, 0.5, kExtend),
      EqualsProto(LinearRange("lambda", 0, 0.25)));
}

TEST(RefineParameterTest, ExtensionOfALogRangeGoesHalfWayToItsLimitAtMost) {
  EXPECT_THAT(
      RefineParameter(LogRange("eta", 1e-3, 1), {Number(1e-3)}, std::log(1000),
                      {.allowed = true, .lower_limit = 1e-5}),
      EqualsProto(LogRange("eta", 1e-4, 0.0316227766017)));
}

TEST(RefineParameterTest, ExtensionAgainAndAgainStaysWithinTheLimits) {
  v1::Parameter box = LogRange("eta", 1e-30, 1e30);
  for (int i = 0; i < 32; ++i) {
    box = RefineParameter(box,
                          {Number(box.double_range().minimum()),
                           Number(box.double_range().maximum())},
                          ScaledRange(box).width(), kExtend);
    EXPECT_GT(box.double_range().minimum(), 0);
    EXPECT_LE(box.double_range().maximum(), kMaxNumber * 1.000001);
  }
}

TEST(RefineParameterTest, BestPastTheBorderStayWhereExtensionIsAllowed) {
  EXPECT_THAT(
      RefineParameter(LinearRange("eta", 1, 2), {Number(4)}, 0.5, kExtend),
      EqualsProto(LinearRange("eta", 2, 4.25)));
}

TEST(RefineParameterTest, BestPastTheBorderLeaveTheBorderWithoutExtension) {
  EXPECT_THAT(
      RefineParameter(LinearRange("eta", 1, 2), {Number(4)}, 0.5, kClip),
      EqualsProto(LinearRange("eta", 2, 2)));
}

TEST(RefineParameterTest, ASinglePointStaysItselfToTheBit) {
  const double point = 0.1234567890123456789;
  EXPECT_THAT(RefineParameter(LogRange("eta", point, point), {Number(point)}, 0,
                              kExtend),
              EqualsProto(LogRange("eta", point, point)));
}

v1::ParameterValue Integer(int64_t integer) {
  v1::ParameterValue value;
  value.set_integer(integer);
  return value;
}

TEST(RefineParameterTest, IntegerBoxesAreRoundedOutwards) {
  EXPECT_THAT(RefineParameter(IntegerRange("n", 1, 100),
                              {Integer(50), Integer(60)}, 5, kClip),
              EqualsProto(IntegerRange("n", 47, 63)));
  EXPECT_THAT(
      RefineParameter(IntegerRange("n", 1, 100), {Integer(100)}, 5, kClip),
      EqualsProto(IntegerRange("n", 97, 100)));
  EXPECT_THAT(RefineParameter(IntegerRange("n", 1, 64, v1::Parameter::LOG),
                              {Integer(8)}, 2 * std::log(2), kClip),
              EqualsProto(IntegerRange("n", 4, 16, v1::Parameter::LOG)));
}

TEST(RefineParameterTest, CategoriesKeepWhatOccursAmongTheBestInTheirOrder) {
  EXPECT_THAT(RefineParameter(Categories("eta", {4, 3, 2, 1}),
                              {Number(1), Number(3), Number(1)}, 0, kClip),
              EqualsProto(Categories("eta", {3, 1})));
}

TEST(RefineParameterTest, CategoriesOfWhichNoneIsAmongTheBestAllStay) {
  EXPECT_THAT(RefineParameter(Categories("eta", {4, 3}), {Number(1)}, 0, kClip),
              EqualsProto(Categories("eta", {4, 3})));
}

// Over random ranges, values and spacings, of either scale.
TEST(RefineParameterTest, HoldsTheBestAndStaysInsideTheOriginalUnlessExtended) {
  RandomStream random(3);
  for (int round = 0; round < 5000; ++round) {
    const double a = std::exp(20 * random.NextUniform() - 10);
    const double b = std::exp(20 * random.NextUniform() - 10);
    const bool log = round % 2 == 0;
    const v1::Parameter original =
        log ? LogRange("eta", std::min(a, b), std::max(a, b))
            : LinearRange("eta", std::min(a, b), std::max(a, b));
    std::vector<v1::ParameterValue> best;
    for (int i = 0; i <= round % 4; ++i) {
      best.push_back(DrawValue(original, random.NextUniform()));
    }
    // From far below the rounding to the whole width.
    const double spacing =
        ScaledRange(original).width() * std::exp(-40 * random.NextUniform());
    for (const Extension& extension : {kClip, kExtend}) {
      const v1::Parameter box =
          RefineParameter(original, best, spacing, extension);
      const v1::Parameter::DoubleRange& range = box.double_range();
      ASSERT_GT(range.minimum(), 0);
      ASSERT_LE(range.minimum(), range.maximum());
      for (const v1::ParameterValue& value : best) {
        ASSERT_LE(range.minimum(), value.number());
        ASSERT_GE(range.maximum(), value.number());
      }
      if (extension.allowed) continue;
      ASSERT_GE(range.minimum(), original.double_range().minimum());
      ASSERT_LE(range.maximum(), original.double_range().maximum());
    }
  }
}

}  // namespace
}  // namespace etalon
