#include "server/search/gaussian_process.h"

#include <gtest/gtest.h>

#include <cmath>

#include "common/random.h"

namespace etalon {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

// `count` points of a seeded stream, with values that `function` gives.
template <typename Function>
Samples Draw(int count, int dimensions, Function function) {
  RandomStream random(1);
  Samples samples = {
      .points = MatrixXd(count, dimensions),
      .is_category = std::vector<bool>(static_cast<size_t>(dimensions), false),
      .values = VectorXd(count)};
  for (int i = 0; i < count; ++i) {
    for (int k = 0; k < dimensions; ++k) {
      samples.points(i, k) = random.NextUniform();
    }
    const VectorXd point = samples.points.row(i);
    samples.values[i] = function(point, random);
  }
  return samples;
}

double Wave(const VectorXd& x, RandomStream&) {
  return std::sin(6 * x[0]) + x[1] * x[1];
}

// One sample: the mean is k / (s + noise) y, the variance s - k^2 / (s +
// noise), with k by hand at r = sqrt(5) 0.5 / 0.5.
TEST(GaussianProcessTest, OneSampleGivesWhatTheFormulasDo) {
  const Samples samples = {.points = MatrixXd::Constant(1, 1, 0.25),
                           .is_category = {false},
                           .values = VectorXd::Constant(1, 3)};
  const GaussianProcess process(
      samples,
      {.scales = VectorXd::Constant(1, 0.5), .signal = 2, .noise = 0.5});
  const double r = std::sqrt(5.0);
  const double k = 2 * (1 + r + 5.0 / 3) * std::exp(-r);
  const auto prediction = process.Predict(VectorXd::Constant(1, 0.75));
  EXPECT_NEAR(prediction.mean, k / 2.5 * 3, 1e-12);
  EXPECT_NEAR(prediction.variance, 2 - k * k / 2.5, 1e-12);
}

TEST(GaussianProcessTest, CategoriesDifferOrDoNot) {
  const Samples samples = {.points = MatrixXd::Constant(1, 1, 0.25),
                           .is_category = {true},
                           .values = VectorXd::Constant(1, 1)};
  const GaussianProcess process(
      samples, {.scales = VectorXd::Constant(1, 2), .signal = 1, .noise = 0});
  const double r = std::sqrt(5.0) / 2;
  EXPECT_NEAR(process.Predict(VectorXd::Constant(1, 0.25)).mean, 1, 1e-12);
  for (const double other : {0.26, 0.75, -1.0}) {
    EXPECT_NEAR(process.Predict(VectorXd::Constant(1, other)).mean,
                (1 + r + r * r / 3) * std::exp(-r), 1e-12);
  }
}

TEST(GaussianProcessTest, GradientsAreThoseOfDifferences) {
  const GaussianProcess process(
      Draw(20, 2, Wave),
      {.scales = Eigen::Vector2d(0.3, 0.8), .signal = 1.5, .noise = 0.01});
  const Eigen::Vector2d at(0.37, 0.61);
  GaussianProcess::Gradients gradients;
  process.Predict(at, gradients);
  constexpr double kStep = 1e-6;
  for (int k = 0; k < 2; ++k) {
    VectorXd ahead = at;
    VectorXd behind = at;
    ahead[k] += kStep;
    behind[k] -= kStep;
    const auto above = process.Predict(ahead);
    const auto below = process.Predict(behind);
    // Central differences: an error of the step's square, and of rounding.
    EXPECT_NEAR(gradients.mean[k], (above.mean - below.mean) / (2 * kStep),
                1e-6);
    EXPECT_NEAR(gradients.variance[k],
                (above.variance - below.variance) / (2 * kStep), 1e-6);
  }
}

TEST(FitCovarianceTest, LearnsWhatMattersAndPredictsIt) {
  // The third coordinate does nothing.
  const Samples samples = Draw(60, 3, Wave);
  const Covariance covariance = FitCovariance(samples);
  EXPECT_LT(covariance.scales[0], covariance.scales[2] / 2);
  EXPECT_LT(covariance.noise, 1e-3);
  const GaussianProcess process(samples, covariance);
  const Samples fresh = Draw(200, 3, Wave);
  const VectorXd means = process.Means(fresh.points);
  // The function has a deviation of 0.7.
  EXPECT_LT((means - fresh.values).norm() / std::sqrt(200.0), 0.02);
}

TEST(FitCovarianceTest, TellsNoiseFromFunction) {
  const Samples samples = Draw(150, 1, [](const VectorXd& x, RandomStream& r) {
    return std::sin(6 * x[0]) + 0.3 * r.NextNormal();
  });
  // 0.09, whose estimate from 150 has a deviation of 12 %; three of them.
  EXPECT_NEAR(FitCovariance(samples).noise, 0.09, 0.035);
}

TEST(FitCovarianceTest, GivesTheSameBitsAgain) {
  const Samples samples = Draw(300, 4, Wave);
  const Covariance once = FitCovariance(samples);
  const Covariance again = FitCovariance(samples);
  EXPECT_EQ(once.scales, again.scales);
  EXPECT_EQ(once.signal, again.signal);
  EXPECT_EQ(once.noise, again.noise);
}

TEST(FitCovarianceTest, OneSampleAndEqualOnesAreNoFault) {
  Samples samples =
      Draw(1, 2, [](const VectorXd&, RandomStream&) { return 0.0; });
  EXPECT_TRUE(std::isfinite(FitCovariance(samples).signal));
  samples.points = MatrixXd::Constant(30, 2, 0.5);
  samples.values = VectorXd::Zero(30);
  const GaussianProcess process(samples, FitCovariance(samples));
  EXPECT_TRUE(std::isfinite(process.Predict(VectorXd::Zero(2)).mean));
}

}  // namespace
}  // namespace etalon
