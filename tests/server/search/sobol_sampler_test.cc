#include "server/search/sobol_sampler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/server/search/specs.h"
#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using testing::EqualsProto;
using testing::IntegerRange;
using testing::LogRange;
using testing::Texts;

constexpr size_t kDimensions = 16;

TEST(SobolSamplerTest, TheFirstPowerOfTwoPointsAreBalancedInEveryDimension) {
  for (const uint64_t seed : {0, 1, 2}) {
    const auto points = ScrambledSobolPoints(seed, kDimensions, 0, 1 << 10);
    for (int m = 0; m <= 10; ++m) {
      const int parts = 1 << m;
      for (size_t d = 0; d < kDimensions; ++d) {
        std::vector<int> counts(static_cast<size_t>(parts));
        for (int i = 0; i < parts; ++i) {
          ++counts[static_cast<size_t>(points[static_cast<size_t>(i)][d] *
                                       parts)];
        }
        EXPECT_THAT(counts, ::testing::Each(1)) << "m " << m << " d " << d;
      }
    }
  }
}

// The first two dimensions are a (0, m, 2)-net: every box of 2^-a by 2^-(m-a)
// has one point. The scrambling keeps it.
TEST(SobolSamplerTest, TheFirstTwoDimensionsAreBalancedTogether) {
  constexpr int kM = 8;
  const auto points = ScrambledSobolPoints(5, 2, 0, 1 << kM);
  for (int a = 0; a <= kM; ++a) {
    std::set<std::pair<int, int>> boxes;
    for (const std::vector<double>& point : points) {
      boxes.emplace(static_cast<int>(point[0] * (1 << a)),
                    static_cast<int>(point[1] * (1 << (kM - a))));
    }
    EXPECT_EQ(boxes.size(), points.size()) << "a " << a;
  }
}

TEST(SobolSamplerTest, PointsDoNotDependOnHowManyAreAskedFor) {
  const auto all = ScrambledSobolPoints(3, 4, 0, 100);
  for (const int first : {0, 1, 2, 7, 64, 98}) {
    const auto some = ScrambledSobolPoints(3, 4, first, 2);
    EXPECT_EQ(some[0], all[static_cast<size_t>(first)]) << first;
    EXPECT_EQ(some[1], all[static_cast<size_t>(first) + 1]) << first;
  }
}

TEST(SobolSamplerTest, SeedsScrambleDifferentlyAndUniformly) {
  // Each point alone is uniform over the seeds: the mean of the first ones lies
  // within 4 of its deviations, 1 / sqrt(12 n).
  double sum = 0;
  constexpr int kSeeds = 2000;
  std::set<double> firsts;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    const double first = ScrambledSobolPoints(seed, 1, 0, 1)[0][0];
    firsts.insert(first);
    sum += first;
  }
  EXPECT_EQ(firsts.size(), size_t{kSeeds});
  EXPECT_NEAR(sum / kSeeds, 0.5, 4 / std::sqrt(12.0 * kSeeds));
}

TEST(SobolSamplerTest, StagesAndSearchesHaveTheirOwnPoints) {
  const std::vector<v1::Parameter> box = {LogRange("eta", 1e-5, 1e-1)};
  const double base =
      SobolConfigurations(7, 1, 0, 1, box)[0][0].value().number();
  EXPECT_NE(SobolConfigurations(8, 1, 0, 1, box)[0][0].value().number(), base);
  EXPECT_NE(SobolConfigurations(7, 2, 0, 1, box)[0][0].value().number(), base);
}

TEST(SobolSamplerTest, IntegersAndCategoriesAreBalancedToo) {
  const std::vector<v1::Parameter> box = {IntegerRange("n", 1, 4),
                                          Texts("o", {"a", "b"})};
  std::map<std::pair<int64_t, std::string>, int> counts;
  for (const auto& configuration : SobolConfigurations(1, 0, 0, 64, box)) {
    ASSERT_EQ(configuration.size(), 2u);
    ++counts[{configuration[0].value().integer(),
              configuration[1].value().text()}];
  }
  ASSERT_EQ(counts.size(), 8u);
  for (const auto& [values, count] : counts) EXPECT_EQ(count, 8);
}

TEST(SobolSamplerTest, ABoxWithoutParametersHasAPoint) {
  EXPECT_EQ(SobolConfigurations(1, 0, 0, 3, {}).size(), 3u);
}

}  // namespace
}  // namespace etalon
