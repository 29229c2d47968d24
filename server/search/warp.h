#ifndef ETALON_SERVER_SEARCH_WARP_H_
#define ETALON_SERVER_SEARCH_WARP_H_

#include <vector>

#include "absl/types/span.h"

namespace etalon {

// `values`, at least one, as a Gaussian process likes them: mean 0, variance 1,
// in their order. What lies below the median is first moved to where a normal
// distribution with the spread of the upper half would have it, by rank, so
// that how bad the bad ones are (an accuracy of 10 % where training has failed)
// does not hide how the good ones differ (the half-rank warping of Song and
// others, "The Vizier Gaussian process bandit algorithm", arXiv 2408.11527,
// section 4.1). All 0 where they do not differ.
std::vector<double> Warp(absl::Span<const double> values);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_WARP_H_
