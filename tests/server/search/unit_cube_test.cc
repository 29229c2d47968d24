#include "server/search/unit_cube.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/search/random_sampler.h"
#include "tests/server/search/specs.h"
#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using testing::Categories;
using testing::EqualsProto;
using testing::IntegerRange;
using testing::LinearRange;
using testing::LogRange;
using testing::Texts;
using testing::When;

const std::vector<v1::Parameter>& MixedBox() {
  static const auto* const box = new std::vector<v1::Parameter>{
      LogRange("eta", 1e-5, 1e-1),
      LinearRange("fixed", 3, 3),
      IntegerRange("n", -2, 5),
      IntegerRange("batch", 1, 1000, v1::Parameter::LOG),
      Texts("optimizer", {"sgd", "adam", "adamw"}),
      When(LinearRange("momentum", 0, 1), "optimizer", {"sgd"})};
  return *box;
}

TEST(UnitCubeTest, TheMiddleOfAConfigurationsCellsGivesItBack) {
  const std::vector<v1::Parameter>& box = MixedBox();
  for (int index = 0; index < 500; ++index) {
    const auto configuration = DrawConfiguration(1, 0, index, box);
    const Cells cells = CellsOf(box, configuration);
    std::vector<double> point;
    for (const std::optional<Interval>& cell : cells) {
      point.push_back(cell.has_value() ? (cell->low + cell->high) / 2 : 0.5);
    }
    const auto again = ConfigurationAt(box, point);
    ASSERT_EQ(again.size(), configuration.size());
    for (size_t i = 0; i < again.size(); ++i) {
      // Of a number, up to the rounding of its scale.
      if (again[i].value().has_number()) {
        EXPECT_NEAR(
            again[i].value().number() / configuration[i].value().number(), 1,
            1e-10);
      } else {
        EXPECT_THAT(again[i], EqualsProto(configuration[i]));
      }
    }
  }
}

TEST(UnitCubeTest, CellsOfIntegersAndCategoriesFillTheUnitInterval) {
  for (const v1::Parameter& parameter :
       {IntegerRange("n", 3, 9),
        IntegerRange("batch", 1, 9, v1::Parameter::LOG),
        Categories("k", {5, 3, 4})}) {
    double end = 0;
    for (int64_t i = 0; i < ValueCount(parameter); ++i) {
      v1::ParameterValue value;
      if (parameter.has_categories()) {
        value = parameter.categories().values(static_cast<int>(i));
      } else {
        value.set_integer(parameter.integer_range().minimum() + i);
      }
      const Interval cell = CellOf(parameter, value);
      EXPECT_DOUBLE_EQ(cell.low, end);
      EXPECT_GT(cell.width(), 0);
      end = cell.high;
    }
    EXPECT_DOUBLE_EQ(end, 1);
  }
}

TEST(UnitCubeTest, TheCornersOfTheCubeAreTheBounds) {
  const std::vector<v1::Parameter>& box = MixedBox();
  const auto low = ConfigurationAt(box, std::vector<double>(box.size(), 0.0));
  const auto high = ConfigurationAt(box, std::vector<double>(box.size(), 1.0));
  EXPECT_EQ(low[0].value().number(), 1e-5);
  EXPECT_EQ(high[0].value().number(), 1e-1);
  EXPECT_EQ(low[2].value().integer(), -2);
  EXPECT_EQ(high[2].value().integer(), 5);
  EXPECT_EQ(low[4].value().text(), "sgd");
  EXPECT_EQ(high[4].value().text(), "adamw");
  EXPECT_EQ(low.size(), 6u);
  EXPECT_EQ(high.size(), 5u) << "momentum is of sgd alone";
}

TEST(UnitCubeTest, WhatAConditionLeavesOutHasNoCell) {
  const std::vector<v1::Parameter>& box = MixedBox();
  const Cells cells =
      CellsOf(box, ConfigurationAt(box, std::vector<double>(6, 0.99)));
  EXPECT_TRUE(cells[4].has_value());
  EXPECT_FALSE(cells[5].has_value());
}

}  // namespace
}  // namespace etalon
