#include "server/search/grid_sampler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/search/space.h"
#include "tests/server/search/specs.h"

namespace etalon {
namespace {

using testing::Categories;
using ::testing::ElementsAre;
using testing::IntegerRange;
using testing::LinearRange;
using testing::LogRange;

v1::Sample::Grid PointsPerParameter(int count) {
  v1::Sample::Grid grid;
  grid.set_points_per_parameter(count);
  return grid;
}

std::vector<double> Numbers(const std::vector<v1::ParameterValue>& values) {
  std::vector<double> numbers;
  for (const v1::ParameterValue& value : values) {
    numbers.push_back(NumberOf(value));
  }
  return numbers;
}

TEST(GridSamplerTest, LogPointsAreARatioApart) {
  EXPECT_THAT(Numbers(GridValues(LogRange("eta", 1e-5, 1e-1), 5)),
              ElementsAre(1e-5, 1e-4, 1e-3, 1e-2, 1e-1));
}

TEST(GridSamplerTest, LinearPointsAreADifferenceApart) {
  EXPECT_THAT(Numbers(GridValues(LinearRange("lambda", 0, 0.004), 5)),
              ElementsAre(0, 0.001, 0.002, 0.003, 0.004));
}

TEST(GridSamplerTest, ASinglePointLiesInTheMiddle) {
  EXPECT_THAT(Numbers(GridValues(LogRange("eta", 1e-4, 1e-2), 1)),
              ElementsAre(1e-3));
}

TEST(GridSamplerTest, ARangeOfOnePointGivesItOnce) {
  EXPECT_THAT(Numbers(GridValues(LogRange("eta", 0.3, 0.3), 10)),
              ElementsAre(0.3));
  EXPECT_EQ(GridPoints(PointsPerParameter(10), LogRange("eta", 0.3, 0.3)), 1);
}

TEST(GridSamplerTest, IntegersThatRoundingWouldRepeatMoveToTheNextFree) {
  EXPECT_THAT(
      Numbers(GridValues(IntegerRange("n", 1, 10, v1::Parameter::LOG), 8)),
      ElementsAre(1, 2, 3, 4, 5, 6, 7, 10));
  EXPECT_THAT(
      Numbers(GridValues(IntegerRange("n", 1, 4, v1::Parameter::LOG), 4)),
      ElementsAre(1, 2, 3, 4));
}

TEST(GridSamplerTest, IntegerRangesGiveNoMorePointsThanValues) {
  EXPECT_THAT(Numbers(GridValues(IntegerRange("n", 5, 7), 100)),
              ElementsAre(5, 6, 7));
  EXPECT_EQ(GridPoints(PointsPerParameter(100), IntegerRange("n", 5, 7)), 3);
}

TEST(GridSamplerTest, CategoriesGiveTheirValuesInOrder) {
  EXPECT_THAT(Numbers(GridValues(Categories("eta", {0.3, 0.1, 0.2}), 50)),
              ElementsAre(0.3, 0.1, 0.2));
}

TEST(GridSamplerTest, RangesOfFewNeighbouringDoublesGiveEachOnce) {
  const double low = 1.0;
  const double high = std::nextafter(std::nextafter(low, 2.0), 2.0);
  EXPECT_THAT(Numbers(GridValues(LinearRange("eta", low, high), 10)),
              ElementsAre(low, std::nextafter(low, 2.0), high));
}

TEST(GridSamplerTest, TheLastParameterVariesFastest) {
  std::vector<std::string> order;
  for (const auto& configuration : GridConfigurations(
           PointsPerParameter(2),
           {LinearRange("lambda", 0, 1), LinearRange("eta", 2, 3)})) {
    order.push_back(absl::StrCat(
        configuration[0].name(), configuration[0].value().number(),
        configuration[1].name(), configuration[1].value().number()));
  }
  EXPECT_THAT(order, ElementsAre("lambda0eta2", "lambda0eta3", "lambda1eta2",
                                 "lambda1eta3"));
}

TEST(GridSamplerTest, NamedPointsGoBeforeTheGeneralNumber) {
  v1::Sample::Grid grid = PointsPerParameter(3);
  v1::Sample::Grid::Points& points = *grid.add_points();
  points.set_parameter("lambda");
  points.set_count(40);
  EXPECT_EQ(GridSize(grid, {LogRange("lambda", 1, 2), LogRange("eta", 1, 2)}),
            120);
}

TEST(GridSamplerTest, EveryPointOfManyShapesComesExactlyOnce) {
  const std::vector<v1::Parameter> parameters = {
      LogRange("a", 1e-7, 3.3), LinearRange("b", -1, 1.7),
      IntegerRange("c", 1, 40, v1::Parameter::LOG), IntegerRange("d", -3, 4),
      Categories("e", {5, 3, 4})};
  for (size_t first = 0; first < parameters.size(); ++first) {
    for (size_t last = first; last < parameters.size(); ++last) {
      const std::vector<v1::Parameter> box(
          parameters.begin() + static_cast<std::ptrdiff_t>(first),
          parameters.begin() + static_cast<std::ptrdiff_t>(last) + 1);
      for (int points = 1; points <= (box.size() > 3 ? 4 : 9); ++points) {
        const v1::Sample::Grid grid = PointsPerParameter(points);
        const auto configurations = GridConfigurations(grid, box);
        std::set<std::string> seen;
        for (const auto& configuration : configurations) {
          ASSERT_EQ(configuration.size(), box.size());
          std::string key;
          for (size_t i = 0; i < box.size(); ++i) {
            ASSERT_EQ(configuration[i].name(), box[i].name());
            absl::StrAppend(&key, configuration[i].value().ShortDebugString());
          }
          EXPECT_TRUE(seen.insert(key).second) << key << " comes twice";
        }
        EXPECT_EQ(static_cast<int64_t>(configurations.size()),
                  GridSize(grid, box));
      }
    }
  }
}

TEST(GridSamplerTest, BoundsOfEveryNumericParameterAreAmongThePoints) {
  for (int points = 2; points <= 50; ++points) {
    const v1::Parameter parameter = LogRange("eta", 1.7e-5, 0.635);
    const std::vector<double> numbers = Numbers(GridValues(parameter, points));
    ASSERT_EQ(numbers.size(), static_cast<size_t>(points));
    EXPECT_EQ(numbers.front(), 1.7e-5);
    EXPECT_EQ(numbers.back(), 0.635);
    for (size_t i = 1; i < numbers.size(); ++i) {
      // All ratios are the same but for the rounding to 12 digits.
      EXPECT_NEAR(numbers[i] / numbers[i - 1],
                  std::pow(0.635 / 1.7e-5, 1.0 / (points - 1)), 1e-8);
    }
  }
}

TEST(GridSamplerTest, TheLowestIntegersHaveNothingBelowThem) {
  constexpr int64_t kLowest = std::numeric_limits<int64_t>::min();
  const std::vector<v1::ParameterValue> values =
      GridValues(IntegerRange("n", kLowest, kLowest + 1), 2);
  ASSERT_EQ(values.size(), 2U);
  EXPECT_EQ(values[0].integer(), kLowest);
  EXPECT_EQ(values[1].integer(), kLowest + 1);
}

TEST(GridSamplerTest, SizePastAnInt64Saturates) {
  std::vector<v1::Parameter> box;
  for (int i = 0; i < 64; ++i) {
    box.push_back(LinearRange(absl::StrCat("p", i), 0, 1));
  }
  EXPECT_EQ(GridSize(PointsPerParameter(1'000'000), box),
            std::numeric_limits<int64_t>::max());
}

}  // namespace
}  // namespace etalon
