#ifndef ETALON_SERVER_SEARCH_OBSERVED_H_
#define ETALON_SERVER_SEARCH_OBSERVED_H_

#include <vector>

#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"
#include "server/search/proposal.h"

namespace etalon {

// What samplers ask of all observations.

// Positions of those that are measured, best first; of equal ones the earlier.
std::vector<size_t> RankMeasured(absl::Span<const Observation> observed);

// Whether one of them has just these parameters.
bool IsObserved(absl::Span<const v1::ParameterAssignment> parameters,
                absl::Span<const Observation> observed);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_OBSERVED_H_
