#ifndef ETALON_BENCHMARKS_SEARCH_QUALITY_FUNCTIONS_H_
#define ETALON_BENCHMARKS_SEARCH_QUALITY_FUNCTIONS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace etalon::benchmark {

// What searches are judged on: to be minimised over the unit cube.
struct Function {
  std::string name;
  int dimensions = 0;
  // Of the unit cube's points.
  std::function<double(absl::Span<const double> point)> value;
  double minimum = 0;
  // No less than the function is anywhere.
  double maximum = 0;
};

// Branin, Hartmann-6 and Rosenbrock in two dimensions, on their usual boxes
// (Surjanovic and Bingham, Virtual Library of Simulation Experiments).
std::vector<Function> SmoothFunctions();

// A table of trained networks, as search_quality.sh makes it: a line
// "lambda,eta,accuracy" for each point of a grid, logarithmic on both axes,
// lambda varying slowest; what diverged has an empty accuracy and counts as a
// guess, 0.1. Between its points the mean of the four around, by distance
// (bilinear). The value is the accuracy that is missing to the table's best.
// INVALID_ARGUMENT: no such table.
absl::StatusOr<Function> ReadLandscape(const std::string& file);

}  // namespace etalon::benchmark

#endif  // ETALON_BENCHMARKS_SEARCH_QUALITY_FUNCTIONS_H_
