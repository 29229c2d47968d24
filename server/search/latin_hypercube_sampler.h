#ifndef ETALON_SERVER_SEARCH_LATIN_HYPERCUBE_SAMPLER_H_
#define ETALON_SERVER_SEARCH_LATIN_HYPERCUBE_SAMPLER_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// Latin hypercube sampling (McKay, Beckman, Conover, "A comparison of three
// methods for selecting values of input variables", Technometrics 21, 1979): of
// each parameter's `count` equal parts of [0, 1), every one has a single draw,
// uniform in it; which configuration has which is a random permutation for each
// parameter. Other than of random and Sobol stages, all depend on `count`.
std::vector<std::vector<v1::ParameterAssignment>> LatinHypercubeConfigurations(
    uint64_t search_seed, int stage, int count,
    absl::Span<const v1::Parameter> box);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_LATIN_HYPERCUBE_SAMPLER_H_
