#ifndef ETALON_SERVER_SEARCH_SOBOL_SAMPLER_H_
#define ETALON_SERVER_SEARCH_SOBOL_SAMPLER_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// Points `first` to `first + count - 1` of a scrambled Sobol sequence, each in
// [0, 1)^dimensions. For every m, the first 2^m points have one in each of 2^m
// equal parts of every coordinate, and what comes before a point does not
// depend on how many are asked for.
//
// The sequence is that of Joe and Kuo, "Constructing Sobol sequences with
// better two-dimensional projections" (SIAM J. Sci. Comput. 30, 2008), as Boost
// has it, in the order of Antonov and Saleev, with the zero point first. `seed`
// chooses the scrambling: a random lower triangular matrix times the digits,
// and a random shift of them (Matousek, "On the L2-discrepancy for anchored
// boxes", J. Complexity 14, 1998), which makes each point uniform by itself and
// keeps the balance.
std::vector<std::vector<double>> ScrambledSobolPoints(uint64_t seed,
                                                      size_t dimensions,
                                                      int first, int count);

// Configurations `first` to `first + count - 1` of a Sobol stage: the points, a
// coordinate for each parameter of `box`, as draws.
std::vector<std::vector<v1::ParameterAssignment>> SobolConfigurations(
    uint64_t search_seed, int stage, int first, int count,
    absl::Span<const v1::Parameter> box);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_SOBOL_SAMPLER_H_
