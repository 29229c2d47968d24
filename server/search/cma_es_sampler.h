#ifndef ETALON_SERVER_SEARCH_CMA_ES_SAMPLER_H_
#define ETALON_SERVER_SEARCH_CMA_ES_SAMPLER_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"
#include "server/search/proposal.h"

namespace etalon {

// Covariance matrix adaptation (cma_es.h) over the numeric parameters of `box`,
// at least one of which is not fixed. Replays all generations of `population`
// before that of the next configuration, drawing each as it was drawn and
// ranking it by what is observed: useless configurations, and open ones, last.
// Where the distribution has converged, or a generation has a single value, the
// next one starts anew from a random place.
//
// An integer's deviation is kept at a third of its cell or more, since rounding
// hides what is less (Hansen, "A CMA-ES for mixed-integer nonlinear
// optimization", INRIA RR-7751, 2011, has the idea).
std::vector<v1::ParameterAssignment> ProposeByCmaEs(
    uint64_t seed, int population, absl::Span<const v1::Parameter> box,
    absl::Span<const Observation> observed);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_CMA_ES_SAMPLER_H_
