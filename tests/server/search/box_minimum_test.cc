#include "server/search/box_minimum.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace etalon {
namespace {

using Eigen::Vector2d;
using Eigen::VectorXd;

double Rosenbrock(const VectorXd& x, VectorXd& gradient) {
  const double bend = x[1] - x[0] * x[0];
  gradient = Vector2d(-400 * x[0] * bend - 2 * (1 - x[0]), 200 * bend);
  return 100 * bend * bend + (1 - x[0]) * (1 - x[0]);
}

TEST(MinimizeInBoxTest, FindsTheMinimumOfACurvedValley) {
  const VectorXd found = MinimizeInBox(Rosenbrock, Vector2d(-1.2, 1),
                                       Vector2d(-5, -5), Vector2d(5, 5), 200);
  EXPECT_NEAR(found[0], 1, 1e-3);
  EXPECT_NEAR(found[1], 1, 1e-3);
}

TEST(MinimizeInBoxTest, StopsAtABound) {
  const VectorXd found = MinimizeInBox(Rosenbrock, Vector2d(0, 0),
                                       Vector2d(-1, -1), Vector2d(0.5, 1), 200);
  EXPECT_EQ(found[0], 0.5);
  EXPECT_NEAR(found[1], 0.25, 1e-3);
}

TEST(MinimizeInBoxTest, BringsTheStartInside) {
  const VectorXd found = MinimizeInBox(Rosenbrock, Vector2d(7, -9),
                                       Vector2d(0, 0), Vector2d(2, 2), 200);
  VectorXd gradient;
  EXPECT_LE(Rosenbrock(found, gradient), Rosenbrock(Vector2d(2, 0), gradient));
  EXPECT_GE(found.minCoeff(), 0);
  EXPECT_LE(found.maxCoeff(), 2);
}

TEST(MinimizeInBoxTest, TurnsBackWhereTheFunctionIsNoNumber) {
  const auto half = [](const VectorXd& x, VectorXd& gradient) {
    if (x[0] < 0.5) return std::numeric_limits<double>::quiet_NaN();
    gradient = VectorXd::Constant(1, 1.0);
    return x[0];
  };
  const VectorXd found =
      MinimizeInBox(half, VectorXd::Constant(1, 0.9), VectorXd::Zero(1),
                    VectorXd::Ones(1), 50);
  EXPECT_GE(found[0], 0.5);
  EXPECT_LE(found[0], 0.9);
}

TEST(MinimizeInBoxTest, NothingToMoveIsNoFault) {
  EXPECT_EQ(
      MinimizeInBox(Rosenbrock, VectorXd(), VectorXd(), VectorXd(), 9).size(),
      0);
}

}  // namespace
}  // namespace etalon
