#ifndef ETALON_SERVER_SEARCH_TPE_SAMPLER_H_
#define ETALON_SERVER_SEARCH_TPE_SAMPLER_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"
#include "server/search/proposal.h"

namespace etalon {

// The multivariate tree-structured Parzen estimator (Bergstra, Bardenet,
// Bengio, Kegl, "Algorithms for hyper-parameter optimization", NIPS 2011; with
// one kernel over all parameters as in Falkner, Klein, Hutter, "BOHB", ICML
// 2018).
//
// The best observations, a share of those that have ended, and the others are
// each given a density (parzen.h), that of the others with the narrower
// kernels. Of candidates drawn from the marginals of that of the best, as the
// estimators of single parameters do, the one is proposed at which the whole
// density is largest against that of the others, among those that have not been
// proposed before, if any. Useless observations are the worst, and open ones
// count with the others: so what is open is kept away from, as by the constant
// liar of Ginsbourger, Le Riche, Carraro ("Kriging is well-suited to
// parallelize optimization", 2010).
//
// `seed` and the number of observations name the random draws.
std::vector<v1::ParameterAssignment> ProposeByTpe(
    uint64_t seed, absl::Span<const v1::Parameter> box,
    absl::Span<const Observation> observed);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_TPE_SAMPLER_H_
