#ifndef ETALON_SERVER_SEARCH_STATISTICS_H_
#define ETALON_SERVER_SEARCH_STATISTICS_H_

#include "absl/types/span.h"
#include "etalon/v1/ranking.pb.h"

namespace etalon {

// Mean, median, deviation and Student's 95 % interval of `numbers`, at least
// one, all finite. Sums run in the order given.
v1::Statistic ComputeStatistic(absl::Span<const double> numbers);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_STATISTICS_H_
