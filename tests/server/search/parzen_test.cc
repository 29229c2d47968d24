#include "server/search/parzen.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "tests/server/search/specs.h"

namespace etalon {
namespace {

using testing::Categories;
using testing::IntegerRange;
using testing::LinearRange;
using testing::Texts;
using testing::When;

constexpr double kWidth = 0.7;

Cells At(const std::vector<v1::Parameter>& box,
         const std::vector<double>& point) {
  return CellsOf(box, ConfigurationAt(box, point));
}

double Density(const ParzenEstimator& estimator, const Cells& cells) {
  return std::exp(estimator.LogDensity(cells));
}

TEST(ParzenTest, WithoutPointsItIsUniform) {
  const std::vector<v1::Parameter> box = {
      LinearRange("a", 0, 1), IntegerRange("n", 1, 5), Categories("k", {1, 2})};
  const ParzenEstimator estimator(box, {}, kWidth);
  EXPECT_NEAR(Density(estimator, At(box, {0.3, 0.1, 0.9})), 1.0 / 5 / 2, 1e-12);
  EXPECT_NEAR(Density(estimator, At(box, {0.9, 0.9, 0.1})), 1.0 / 5 / 2, 1e-12);
}

// By hand: of one point in one dimension s^2 is half of 1/12.
TEST(ParzenTest, DeviationsAreTheWidthsShareOfScottsRule) {
  const std::vector<v1::Parameter> box = {LinearRange("a", 0, 1)};
  for (const double width : {0.25, 0.5}) {
    const ParzenEstimator estimator(box, std::vector<Cells>{At(box, {0.5})},
                                    width);
    const double deviation = width * std::sqrt(1.0 / 24);
    const double mass = std::erf(0.5 / deviation / std::sqrt(2.0));
    const double peak =
        1 / (deviation * std::sqrt(2 * std::numbers::pi) * mass);
    EXPECT_NEAR(Density(estimator, At(box, {0.5})), (peak + 1) / 2, 1e-12);
  }
}

TEST(ParzenTest, NumbersIntegrateToOne) {
  const std::vector<v1::Parameter> box = {LinearRange("a", 0, 1)};
  const ParzenEstimator estimator(
      box,
      std::vector<Cells>{At(box, {0.0}), At(box, {0.02}), At(box, {0.7}),
                         At(box, {1.0})},
      kWidth);
  // The midpoint rule, whose error of a kernel as wide as these is far below.
  double sum = 0;
  constexpr int kSteps = 10'000;
  for (int i = 0; i < kSteps; ++i) {
    sum += Density(estimator, At(box, {(i + 0.5) / kSteps})) / kSteps;
  }
  EXPECT_NEAR(sum, 1, 1e-5);
}

// Over two integers' worth of cells, categories, and what only some have.
TEST(ParzenTest, ProbabilitiesOfAConditionalSpaceAddUpToOne) {
  std::vector<v1::Parameter> box = {
      Texts("optimizer", {"sgd", "adam", "adamw"}),
      When(IntegerRange("n", 1, 4), "optimizer", {"sgd", "adam"}),
      Categories("k", {1, 2})};
  const ParzenEstimator estimator(
      box,
      std::vector<Cells>{At(box, {0.1, 0.6, 0.1}), At(box, {0.9, 0, 0.9}),
                         At(box, {0.4, 0.1, 0.9})},
      kWidth);
  double sum = 0;
  for (const double optimizer : {0.1, 0.5, 0.9}) {
    for (const double k : {0.1, 0.9}) {
      if (optimizer > 0.8) {
        sum += Density(estimator, At(box, {optimizer, 0, k}));
        continue;
      }
      for (const double n : {0.1, 0.3, 0.6, 0.9}) {
        sum += Density(estimator, At(box, {optimizer, n, k}));
      }
    }
  }
  EXPECT_NEAR(sum, 1, 1e-12);
}

// By hand: of 3 categories one point in the first, b = 2/4, beside the uniform.
TEST(ParzenTest, CategoriesHaveTheShareThatTheFormulaGives) {
  const std::vector<v1::Parameter> box = {Texts("o", {"a", "b", "c"})};
  const ParzenEstimator estimator(box, std::vector<Cells>{At(box, {0.0})},
                                  kWidth);
  EXPECT_NEAR(Density(estimator, At(box, {0.0})), (0.5 + 1.0 / 3) / 2, 1e-12);
  EXPECT_NEAR(Density(estimator, At(box, {0.5})), (0.25 + 1.0 / 3) / 2, 1e-12);
  EXPECT_NEAR(Density(estimator, At(box, {0.9})), (0.25 + 1.0 / 3) / 2, 1e-12);
}

// Coordinates are independent, so that the share of a corner is a product.
TEST(ParzenTest, DrawsFollowTheMarginals) {
  const std::vector<v1::Parameter> box = {LinearRange("a", 0, 1),
                                          Categories("k", {1, 2, 3})};
  const ParzenEstimator estimator(
      box,
      std::vector<Cells>{At(box, {0.2, 0.1}), At(box, {0.25, 0.1}),
                         At(box, {0.22, 0.9})},
      kWidth);
  RandomStream random(1);
  constexpr int kDraws = 20'000;
  double low_first = 0;
  for (int i = 0; i < kDraws; ++i) {
    const std::vector<double> point = estimator.DrawMarginals(random);
    low_first += point[0] < 0.5 && point[1] < 1.0 / 3 ? 1.0 / kDraws : 0;
  }
  double low = 0;    // the probability of the first coordinate below 0.5
  double first = 0;  // and that of the first category
  constexpr int kSteps = 1000;
  for (int i = 0; i < kSteps; ++i) {
    for (const double category : {0.1, 0.5, 0.9}) {
      const double mass =
          Density(estimator, At(box, {(i + 0.5) / kSteps, category})) / kSteps;
      if (i < kSteps / 2) low += mass;
      if (category == 0.1) first += mass;
    }
  }
  const double expected = low * first;
  // 4 deviations of a share of that many draws.
  EXPECT_NEAR(low_first, expected,
              4 * std::sqrt(expected * (1 - expected) / kDraws));
}

TEST(ParzenTest, PointsFarInACornerStayFinite) {
  const std::vector<v1::Parameter> box = {LinearRange("a", 0, 1),
                                          IntegerRange("n", 1, 1'000'000)};
  const ParzenEstimator estimator(
      box, std::vector<Cells>(200, At(box, {1.0, 1.0})), kWidth);
  EXPECT_TRUE(std::isfinite(estimator.LogDensity(At(box, {0, 0}))));
  RandomStream random(1);
  for (int i = 0; i < 1000; ++i) {
    for (const double place : estimator.DrawMarginals(random)) {
      EXPECT_GE(place, 0);
      EXPECT_LE(place, 1);
    }
  }
}

}  // namespace
}  // namespace etalon
