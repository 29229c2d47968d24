#ifndef ETALON_BENCHMARKS_SEARCH_QUALITY_FUNCTIONS_H_
#define ETALON_BENCHMARKS_SEARCH_QUALITY_FUNCTIONS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "benchmarks/search_quality/curves.h"

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

// The accuracy that networks trained to their end lack to the best of them.
Function Landscape(const Curves& curves);

}  // namespace etalon::benchmark

#endif  // ETALON_BENCHMARKS_SEARCH_QUALITY_FUNCTIONS_H_
