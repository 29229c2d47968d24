#include "server/search/cma_es.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "server/search/descending.h"
namespace etalon {
namespace {

using Eigen::VectorXd;

using Cost = std::function<double(const VectorXd&)>;

// The mean after that many generations.
CmaEs Evolve(int dimensions, int population, int generations, const Cost& cost,
             double least = 0) {
  CmaEs strategy(dimensions, population);
  RandomStream random(1);
  for (int generation = 0; generation < generations; ++generation) {
    const Eigen::MatrixXd points = strategy.Draw(random);
    EXPECT_GE(points.minCoeff(), 0);
    EXPECT_LE(points.maxCoeff(), 1);
    std::vector<double> values;
    for (int i = 0; i < population; ++i) {
      values.push_back(-cost(points.col(i)));
    }
    const std::vector<size_t> ranking = DescendingOrder(values);
    strategy.Update(points, ranking, VectorXd::Constant(dimensions, least));
  }
  return strategy;
}

// Axes of 1 to 1000, turned by 45 degrees: only an adapted matrix finds it in
// so few.
TEST(CmaEsTest, ConvergesOnATurnedEllipsoid) {
  const auto cost = [](const VectorXd& x) {
    const double along = x[0] - 0.3 + x[1] - 0.6;
    const double across = x[0] - 0.3 - (x[1] - 0.6);
    return along * along + 1e6 * across * across;
  };
  const CmaEs strategy = Evolve(2, 6, 120, cost);
  EXPECT_NEAR(strategy.mean()[0], 0.3, 1e-6);
  EXPECT_NEAR(strategy.mean()[1], 0.6, 1e-6);
  EXPECT_TRUE(strategy.HasConverged());
}

TEST(CmaEsTest, ConvergesInTenDimensions) {
  const auto cost = [](const VectorXd& x) {
    double sum = 0;
    for (Eigen::Index k = 0; k < x.size(); ++k) {
      sum += std::pow(10, static_cast<double>(k) / 3) * (x[k] - 0.4) *
             (x[k] - 0.4);
    }
    return sum;
  };
  const CmaEs strategy = Evolve(10, 10, 250, cost);
  EXPECT_LT((strategy.mean().array() - 0.4).abs().maxCoeff(), 1e-3);
}

TEST(CmaEsTest, ComesToAMinimumOnTheBorder) {
  const CmaEs strategy =
      Evolve(3, 7, 80, [](const VectorXd& x) { return x.sum(); });
  EXPECT_LT(strategy.mean().maxCoeff(), 0.01);
}

TEST(CmaEsTest, OneDimensionIsEnough) {
  const CmaEs strategy =
      Evolve(1, 4, 60, [](const VectorXd& x) { return std::abs(x[0] - 0.7); });
  EXPECT_NEAR(strategy.mean()[0], 0.7, 1e-3);
}

TEST(CmaEsTest, NoDeviationFallsBelowTheLeast) {
  const CmaEs strategy = Evolve(
      2, 6, 100,
      [](const VectorXd& x) { return (x.array() - 0.5).square().sum(); }, 0.05);
  EXPECT_GE(strategy.Deviations().minCoeff(), 0.05 - 1e-12);
}

// Costs that say nothing: the distribution neither collapses nor is lost.
TEST(CmaEsTest, StaysFiniteWhereCostsSayNothing) {
  const CmaEs strategy = Evolve(4, 8, 500, [](const VectorXd&) { return 0.0; });
  EXPECT_TRUE(strategy.mean().allFinite());
  EXPECT_TRUE(strategy.Deviations().allFinite());
}

TEST(CmaEsTest, StartsFromTheMiddleAndAnewFromAnywhere) {
  CmaEs strategy(2, 6);
  EXPECT_EQ(strategy.mean(), VectorXd::Constant(2, 0.5));
  const VectorXd before = strategy.Deviations();
  strategy = Evolve(2, 6, 30, [](const VectorXd& x) { return x.sum(); });
  strategy.Restart(VectorXd::Constant(2, 0.25));
  EXPECT_EQ(strategy.mean(), VectorXd::Constant(2, 0.25));
  EXPECT_EQ(strategy.Deviations(), before);
}

}  // namespace
}  // namespace etalon
