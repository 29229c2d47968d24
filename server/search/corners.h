#ifndef ETALON_SERVER_SEARCH_CORNERS_H_
#define ETALON_SERVER_SEARCH_CORNERS_H_

#include <vector>

#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// Configurations at the ends of `parameters`, by which validation tells whether
// all of them can be trained: every combination of the lowest and the highest
// of each numeric parameter, all texts of a choice, and the values that
// conditions name. Where these are more than a few hundred, each value with the
// others at their first, and again at their last, as far as conditions leave
// the choice; the time is then bounded by the number of values.
std::vector<std::vector<v1::ParameterAssignment>> Corners(
    absl::Span<const v1::Parameter> parameters);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_CORNERS_H_
