#include "server/search/random_sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/server/search/specs.h"
#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using testing::Categories;
using testing::EqualsProto;
using testing::IntegerRange;
using testing::LogRange;

constexpr double kLow = 1e-5;
constexpr double kHigh = 1e-1;

TEST(RandomSamplerTest, TheSameArgumentsGiveTheSameConfiguration) {
  const std::vector<v1::Parameter> box = {LogRange("lambda", kLow, kHigh),
                                          IntegerRange("n", 1, 1000),
                                          Categories("eta", {1, 2, 3})};
  const auto once = DrawConfiguration(7, 1, 42, box);
  const auto again = DrawConfiguration(7, 1, 42, box);
  ASSERT_EQ(once.size(), box.size());
  for (size_t i = 0; i < box.size(); ++i) {
    EXPECT_EQ(once[i].name(), box[i].name());
    EXPECT_THAT(once[i], EqualsProto(again[i]));
  }
}

TEST(RandomSamplerTest, SeedStageAndIndexEachChangeTheDraw) {
  const std::vector<v1::Parameter> box = {LogRange("eta", kLow, kHigh)};
  const double base = DrawConfiguration(7, 1, 42, box)[0].value().number();
  EXPECT_NE(DrawConfiguration(8, 1, 42, box)[0].value().number(), base);
  EXPECT_NE(DrawConfiguration(7, 2, 42, box)[0].value().number(), base);
  EXPECT_NE(DrawConfiguration(7, 1, 43, box)[0].value().number(), base);
}

// Two parameters, so that their independence shows too. The seed is fixed, so
// this passes or fails for ever.
TEST(RandomSamplerTest, DrawsAreLogUniformAndIndependent) {
  constexpr int kDraws = 20'000;
  const std::vector<v1::Parameter> box = {LogRange("lambda", kLow, kHigh),
                                          LogRange("eta", kLow, kHigh)};
  std::vector<std::vector<double>> positions(2);
  double products = 0;
  for (int index = 0; index < kDraws; ++index) {
    const auto configuration = DrawConfiguration(1, 0, index, box);
    for (size_t i = 0; i < 2; ++i) {
      const double value = configuration[i].value().number();
      ASSERT_GE(value, kLow);
      ASSERT_LE(value, kHigh);
      positions[i].push_back(std::log(value / kLow) / std::log(kHigh / kLow));
    }
    products += (positions[0].back() - 0.5) * (positions[1].back() - 0.5);
  }
  for (std::vector<double>& uniform : positions) {
    std::sort(uniform.begin(), uniform.end());
    double distance = 0;
    for (int i = 0; i < kDraws; ++i) {
      const double at = uniform[static_cast<size_t>(i)];
      distance = std::max({distance, at - static_cast<double>(i) / kDraws,
                           static_cast<double>(i + 1) / kDraws - at});
    }
    // Kolmogorov and Smirnov: a uniform sample passes 1.95 / sqrt(n) once in a
    // thousand times.
    EXPECT_LT(distance, 1.95 / std::sqrt(kDraws));
  }
  // Of independent uniforms: mean 0, deviation 1/12/sqrt(n); 4 deviations.
  EXPECT_LT(std::abs(products / kDraws), 4.0 / 12 / std::sqrt(kDraws));
}

}  // namespace
}  // namespace etalon
