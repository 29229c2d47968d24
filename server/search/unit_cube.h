#ifndef ETALON_SERVER_SEARCH_UNIT_CUBE_H_
#define ETALON_SERVER_SEARCH_UNIT_CUBE_H_

#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"
#include "server/search/space.h"

namespace etalon {

// Where configurations lie in the unit cube: a parameter's coordinate is the
// uniform draw that chooses its value (DrawValue), so that numbers lie on their
// scale, and whole numbers and categories have a cell each.

// The configuration that `point` chooses, one coordinate in [0, 1] for each
// parameter of `box`, in order; what conditions leave out is dropped.
std::vector<v1::ParameterAssignment> ConfigurationAt(
    absl::Span<const v1::Parameter> box, absl::Span<const double> point);

// The draws that choose `value`, which is one of `parameter`: a single one for
// a number in a range, from which nothing else is told than its place; all of
// [0, 1] where the parameter has a single value.
Interval CellOf(const v1::Parameter& parameter,
                const v1::ParameterValue& value);

// The cell of each parameter of a box; none of one that a condition leaves out.
using Cells = std::vector<std::optional<Interval>>;

// Of `configuration`, which is one of `box`, its parameters in the same order.
Cells CellsOf(absl::Span<const v1::Parameter> box,
              absl::Span<const v1::ParameterAssignment> configuration);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_UNIT_CUBE_H_
