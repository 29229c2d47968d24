#include "server/search/latin_hypercube_sampler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/server/search/specs.h"
#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using testing::EqualsProto;
using testing::LinearRange;
using testing::Texts;
using testing::When;

TEST(LatinHypercubeSamplerTest, EveryPartOfEveryParameterHasOneConfiguration) {
  const std::vector<v1::Parameter> box = {LinearRange("a", 0, 1),
                                          LinearRange("b", 0, 1)};
  for (const int count : {1, 2, 7, 100}) {
    const auto configurations = LatinHypercubeConfigurations(3, 0, count, box);
    ASSERT_EQ(configurations.size(), static_cast<size_t>(count));
    for (size_t p = 0; p < box.size(); ++p) {
      std::vector<int> counts(static_cast<size_t>(count));
      for (const auto& configuration : configurations) {
        ++counts[static_cast<size_t>(configuration[p].value().number() *
                                     count)];
      }
      EXPECT_THAT(counts, ::testing::Each(1)) << count;
    }
  }
}

TEST(LatinHypercubeSamplerTest, ParametersArePermutedApart) {
  const std::vector<v1::Parameter> box = {LinearRange("a", 0, 1),
                                          LinearRange("b", 0, 1)};
  double products = 0;
  constexpr int kCount = 1000;
  for (const auto& c : LatinHypercubeConfigurations(1, 0, kCount, box)) {
    products += (c[0].value().number() - 0.5) * (c[1].value().number() - 0.5);
  }
  // Mean 0 and deviation 1/12/sqrt(n); 4 deviations.
  EXPECT_LT(std::abs(products / kCount), 4.0 / 12 / std::sqrt(kCount));
}

TEST(LatinHypercubeSamplerTest, SeedAndStageEachChangeTheDraws) {
  const std::vector<v1::Parameter> box = {LinearRange("a", 0, 1)};
  const auto draw = [&box](uint64_t seed, int stage) {
    return LatinHypercubeConfigurations(seed, stage, 5, box)[0][0];
  };
  EXPECT_THAT(draw(1, 0), EqualsProto(draw(1, 0)));
  EXPECT_NE(draw(1, 0).value().number(), draw(2, 0).value().number());
  EXPECT_NE(draw(1, 0).value().number(), draw(1, 1).value().number());
}

TEST(LatinHypercubeSamplerTest, CategoriesAreSharedOutAndConditionsHeld) {
  const std::vector<v1::Parameter> box = {
      Texts("optimizer", {"sgd", "adam"}),
      When(LinearRange("momentum", 0, 1), "optimizer", {"sgd"})};
  int sgd = 0;
  for (const auto& c : LatinHypercubeConfigurations(1, 0, 10, box)) {
    const bool is_sgd = c[0].value().text() == "sgd";
    sgd += is_sgd ? 1 : 0;
    EXPECT_EQ(c.size(), is_sgd ? 2u : 1u);
  }
  EXPECT_EQ(sgd, 5);
}

}  // namespace
}  // namespace etalon
