#ifndef ETALON_SERVER_SEARCH_RANDOM_SAMPLER_H_
#define ETALON_SERVER_SEARCH_RANDOM_SAMPLER_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// Configuration `index` of a random stage: one uniform draw for each parameter
// of `box`, in order, on its own scale; what a condition leaves out is drawn
// too and dropped, so that the other draws do not depend on it. A pure function
// of its arguments alone: asking for more configurations never changes the
// earlier ones. `stage` is the stage's position in its search.
std::vector<v1::ParameterAssignment> DrawConfiguration(
    uint64_t search_seed, int stage, int index,
    absl::Span<const v1::Parameter> box);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_RANDOM_SAMPLER_H_
