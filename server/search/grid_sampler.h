#ifndef ETALON_SERVER_SEARCH_GRID_SAMPLER_H_
#define ETALON_SERVER_SEARCH_GRID_SAMPLER_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// Points that the grid has along `parameter`: all of the categories; of numeric
// ranges as many as asked for, but no more than the range has values. 0 where
// the grid asks for none.
int64_t GridPoints(const v1::Sample::Grid& grid,
                   const v1::Parameter& parameter);

// Points of the whole grid. Saturates; costs no memory, whatever is asked for,
// but for what conditions depend on: past kMaxTrials combinations of that, it
// saturates too.
int64_t GridSize(const v1::Sample::Grid& grid,
                 absl::Span<const v1::Parameter> box);

// `count` values of `parameter`, rising, each once: evenly spaced on its scale
// with both bounds among them, to the bit; a single one lies in the middle.
// Where rounding to integers would give the same one twice, the next free one
// is taken. Categories in their order, whatever `count`. Fewer where `count` is
// more than the range has values.
std::vector<v1::ParameterValue> GridValues(const v1::Parameter& parameter,
                                           int64_t count);

// Every combination of the values along each parameter of `box`, each once, the
// last parameter varying fastest. A parameter whose condition does not hold is
// left out of a combination, which then comes once and not once a point.
// GridSize must be within limits.h.
std::vector<std::vector<v1::ParameterAssignment>> GridConfigurations(
    const v1::Sample::Grid& grid, absl::Span<const v1::Parameter> box);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_GRID_SAMPLER_H_
