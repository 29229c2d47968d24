#ifndef ETALON_SERVER_SEARCH_DESCENDING_H_
#define ETALON_SERVER_SEARCH_DESCENDING_H_

#include <vector>

#include "absl/types/span.h"

namespace etalon {

// The positions of `keys`, none of which is NaN, by falling key; of equal ones
// the earlier first.
std::vector<size_t> DescendingOrder(absl::Span<const double> keys);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_DESCENDING_H_
