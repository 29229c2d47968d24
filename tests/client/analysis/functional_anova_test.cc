#include "client/analysis/functional_anova.h"

#include <gtest/gtest.h>

#include <functional>

#include "common/random.h"

namespace etalon {
namespace {

Side Interval(double low, double high) { return {low, high, {}}; }

double ShareOf(const std::vector<VarianceShare>& shares,
               std::vector<size_t> features) {
  for (const VarianceShare& share : shares) {
    if (share.features == features) return share.share;
  }
  ADD_FAILURE() << "no such share";
  return -1;
}

TEST(FunctionalAnova, PartsATreeExactly) {
  // 4 where x < 1/2 and y < 1/4, else 0: mean 1/2, variance 1.75. Over x the
  // marginal is 1 or 0 (variance 1/4), over y 2 or 0 (2² · 1/4 · 3/4 = 3/4).
  const Tree tree = {{{Interval(0, 0.5), Interval(0, 0.25)}, 4},
                     {{Interval(0, 0.5), Interval(0.25, 1)}, 0},
                     {{Interval(0.5, 1), Interval(0, 1)}, 0}};
  const auto shares = FunctionalAnova({{}, {}}, {tree});
  EXPECT_NEAR(ShareOf(shares, {0}), 0.25 / 1.75, 1e-12);
  EXPECT_NEAR(ShareOf(shares, {1}), 0.75 / 1.75, 1e-12);
  EXPECT_NEAR(ShareOf(shares, {0, 1}), 0.75 / 1.75, 1e-12);
}

TEST(FunctionalAnova, CategoriesCountAlike) {
  // 1 for two of four categories that do not stand side by side.
  const Tree tree = {{{{0, 1, {true, false, true, false}}, Interval(0, 1)}, 1},
                     {{{0, 1, {false, true, false, true}}, Interval(0, 1)}, 0}};
  const auto shares = FunctionalAnova({{4}, {}}, {tree});
  EXPECT_NEAR(ShareOf(shares, {0}), 1, 1e-12);
  EXPECT_NEAR(ShareOf(shares, {1}), 0, 1e-12);
}

TEST(FunctionalAnova, ConstantTreesSayNothing) {
  const Tree constant = {{{Interval(0, 1)}, 7}};
  EXPECT_EQ(ShareOf(FunctionalAnova({{}}, {constant}), {0}), 0);
  const Tree step = {{{Interval(0, 0.5)}, 0}, {{Interval(0.5, 1)}, 1}};
  EXPECT_NEAR(ShareOf(FunctionalAnova({{}}, {constant, step}), {0}), 1, 1e-12);
}

// `count` observations of `f` at places drawn uniformly.
std::vector<Observed> Observe(
    const std::vector<Feature>& features, int count,
    const std::function<double(const std::vector<double>&)>& f) {
  RandomStream random(1);
  std::vector<Observed> observed;
  for (int i = 0; i < count; ++i) {
    Observed& one = observed.emplace_back();
    for (const Feature& feature : features) {
      one.x.push_back(
          feature.categories == 0
              ? random.NextUniform()
              : random.NextBelow(static_cast<uint32_t>(feature.categories)));
    }
    one.y = f(one.x);
  }
  return observed;
}

std::vector<VarianceShare> Analyse(
    const std::vector<Feature>& features,
    const std::function<double(const std::vector<double>&)>& f) {
  const Forest forest = GrowForest(features, Observe(features, 600, f), 32, 5);
  EXPECT_GT(forest.explained, 0.9);
  return FunctionalAnova(features, forest.trees);
}

// Tolerances below: trees are steps, and see 600 places.

TEST(GrownForest, FindsTheSharesOfASum) {
  // Variances 4/12 and 1/12; the third changes nothing.
  const auto shares = Analyse({{}, {}, {}}, [](const std::vector<double>& x) {
    return 2 * x[0] + x[1];
  });
  EXPECT_NEAR(ShareOf(shares, {0}), 0.8, 0.04);
  EXPECT_NEAR(ShareOf(shares, {1}), 0.2, 0.04);
  EXPECT_NEAR(ShareOf(shares, {2}), 0, 0.01);
  EXPECT_NEAR(ShareOf(shares, {0, 1}), 0, 0.02);
}

TEST(GrownForest, FindsWhatTwoDoTogether) {
  // x + y + 2 (x - 1/2) (y - 1/2): variances 1/12, 1/12, and 4/144 of both.
  const auto shares = Analyse({{}, {}}, [](const std::vector<double>& x) {
    return x[0] + x[1] + 2 * (x[0] - 0.5) * (x[1] - 0.5);
  });
  EXPECT_NEAR(ShareOf(shares, {0}), 3 / 7.0, 0.05);
  EXPECT_NEAR(ShareOf(shares, {1}), 3 / 7.0, 0.05);
  EXPECT_NEAR(ShareOf(shares, {0, 1}), 1 / 7.0, 0.04);
}

TEST(GrownForest, FindsWhatACategoryDecides) {
  const auto shares = Analyse({{5}, {}}, [](const std::vector<double>& x) {
    return x[0] == 1 || x[0] == 4 ? 1.0 : 0.0;
  });
  EXPECT_NEAR(ShareOf(shares, {0}), 1, 0.01);
  EXPECT_NEAR(ShareOf(shares, {1}), 0, 0.01);
}

TEST(GrownForest, PartsACategoryFromANumberThatItSwitchesOn) {
  // f = c x: variance 5/48, of which 3/48 are c's, 1/48 x's, 1/48 of both.
  const auto shares = Analyse(
      {{2}, {}}, [](const std::vector<double>& x) { return x[0] * x[1]; });
  EXPECT_NEAR(ShareOf(shares, {0}), 0.6, 0.04);
  EXPECT_NEAR(ShareOf(shares, {1}), 0.2, 0.04);
  EXPECT_NEAR(ShareOf(shares, {0, 1}), 0.2, 0.04);
}

TEST(GrownForest, IsTheSameAgain) {
  const std::vector<Feature> features = {{}, {3}};
  const auto observed = Observe(
      features, 50, [](const std::vector<double>& x) { return x[0] - x[1]; });
  const auto share = [&](uint64_t seed) {
    return ShareOf(FunctionalAnova(
                       features, GrowForest(features, observed, 8, seed).trees),
                   {0});
  };
  EXPECT_EQ(share(1), share(1));
  EXPECT_NE(share(1), share(2));
}

TEST(GrownForest, LeavesPartTheSpace) {
  const std::vector<Feature> features = {{}, {4}};
  const auto observed = Observe(
      features, 100, [](const std::vector<double>& x) { return x[0] * x[1]; });
  for (const Tree& tree : GrowForest(features, observed, 4, 1).trees) {
    double volume = 0;
    for (const Leaf& leaf : tree) {
      volume += leaf.sides[0].Share() * leaf.sides[1].Share();
    }
    EXPECT_NEAR(volume, 1, 1e-12);
    for (const Observed& one : observed) {
      int holders = 0;
      for (const Leaf& leaf : tree) holders += leaf.Holds(one.x) ? 1 : 0;
      EXPECT_EQ(holders, 1);
    }
  }
}

TEST(GrownForest, NoiseIsNotExplained) {
  RandomStream noise(3);
  const std::vector<Feature> features = {{}, {}};
  const auto observed = Observe(features, 200, [&](const std::vector<double>&) {
    return noise.NextNormal();
  });
  EXPECT_LT(GrowForest(features, observed, 16, 1).explained, 0.1);
}

TEST(GrownForest, EqualObservationsMakeOneLeaf) {
  const std::vector<Feature> features = {{}};
  const auto observed =
      Observe(features, 100, [](const std::vector<double>&) { return 0.3; });
  const Forest forest = GrowForest(features, observed, 2, 1);
  EXPECT_EQ(forest.trees[0].size(), 1u);
  EXPECT_EQ(forest.explained, 0);
}

}  // namespace
}  // namespace etalon
