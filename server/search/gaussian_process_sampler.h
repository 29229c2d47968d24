#ifndef ETALON_SERVER_SEARCH_GAUSSIAN_PROCESS_SAMPLER_H_
#define ETALON_SERVER_SEARCH_GAUSSIAN_PROCESS_SAMPLER_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"
#include "server/search/proposal.h"

namespace etalon {

// Bayesian optimisation by a Gaussian process (gaussian_process.h) over the
// unit cube: the configuration of the largest expected improvement on the best
// mean that the process gives to an observed one, in logarithm
// (expected_improvement.h).
//
// Values are warped first (warp.h). Useless observations have the worst value
// of all; open ones the process's own mean (the kriging believer of
// Ginsbourger, Le Riche, Carraro, "Kriging is well-suited to parallelize
// optimization", 2010), so that nothing is expected to be improved where they
// are. Integers and categories are rounded before the process sees them
// (Garrido-Merchan, Hernandez-Lobato, "Dealing with categorical and
// integer-valued variables in Bayesian optimization with Gaussian processes",
// Neurocomputing 380, 2020). A parameter that a condition leaves out is a value
// of its own in categories and the middle in numbers.
//
// At least one of `observed` is measured. `seed` and the number of observations
// name the random draws that the search for the maximum starts from.
std::vector<v1::ParameterAssignment> ProposeByGaussianProcess(
    uint64_t seed, absl::Span<const v1::Parameter> box,
    absl::Span<const Observation> observed);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_GAUSSIAN_PROCESS_SAMPLER_H_
