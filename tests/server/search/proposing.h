#ifndef ETALON_TESTS_SERVER_SEARCH_PROPOSING_H_
#define ETALON_TESTS_SERVER_SEARCH_PROPOSING_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"
#include "server/search/proposal.h"

namespace etalon::testing {

using Assignments = std::vector<v1::ParameterAssignment>;

// What a configuration gives: an observation that is not open.
using Measure = std::function<Observation(const Assignments&)>;

// A measure whose value is minus `cost`.
Measure Minimize(std::function<double(const Assignments&)> cost);

// Runs an adaptive stage to its end, with as many configurations open as it
// allows.
std::vector<Observation> RunStage(uint64_t seed, const v1::Sample& sample,
                                  absl::Span<const v1::Parameter> box,
                                  const Measure& measure);

// The largest value of the first `count`, the closed ones among them.
double BestValue(absl::Span<const Observation> observed, size_t count);

// Branin's function of x in [-5, 10] and y in [0, 15], its box, and how much it
// is above its minimum (Dixon and Szego, 1978).
std::vector<v1::Parameter> BraninBox();
double BraninRegret(const Assignments& configuration);

// How many of 12 seeds find a smaller regret on Branin by `sample` than by as
// many random draws.
int WinsOverRandom(const v1::Sample& sample);

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SERVER_SEARCH_PROPOSING_H_
