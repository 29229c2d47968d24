#include "server/search/box_minimum.h"

#include <LBFGSB.h>

#include <cmath>
#include <exception>
#include <limits>

namespace etalon {
namespace {

// Far below what any caller tells apart.
constexpr double kGradientTolerance = 1e-4;
constexpr double kValueTolerance = 1e-6;

}  // namespace

Eigen::VectorXd MinimizeInBox(const SmoothFunction& function,
                              const Eigen::VectorXd& start,
                              const Eigen::VectorXd& lower,
                              const Eigen::VectorXd& upper, int iterations) {
  Eigen::VectorXd best = start.cwiseMax(lower).cwiseMin(upper);
  if (start.size() == 0) return best;
  double least = std::numeric_limits<double>::infinity();
  // The solver ends with an exception where a line search fails, which is no
  // fault near a minimum: what it has come past is kept here.
  auto recorded = [&](const Eigen::VectorXd& point, Eigen::VectorXd& gradient) {
    double value = std::numeric_limits<double>::infinity();
    if (point.allFinite()) value = function(point, gradient);
    if (!std::isfinite(value) || !gradient.allFinite()) {
      gradient = Eigen::VectorXd::Zero(point.size());
      return std::numeric_limits<double>::max();
    }
    const bool inside = (point.array() >= lower.array()).all() &&
                        (point.array() <= upper.array()).all();
    if (inside && value < least) {
      least = value;
      best = point;
    }
    return value;
  };
  LBFGSpp::LBFGSBParam<double> parameters;
  parameters.max_iterations = iterations;
  parameters.epsilon = kGradientTolerance;
  parameters.epsilon_rel = kGradientTolerance;
  parameters.past = 1;
  parameters.delta = kValueTolerance;
  LBFGSpp::LBFGSBSolver<double> solver(parameters);
  Eigen::VectorXd point = best;
  double value = 0;
  try {
    solver.minimize(recorded, point, value, lower, upper);
  } catch (const std::exception&) {
    // See above.
  }
  return best;
}

}  // namespace etalon
