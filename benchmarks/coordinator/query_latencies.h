#ifndef ETALON_BENCHMARKS_COORDINATOR_QUERY_LATENCIES_H_
#define ETALON_BENCHMARKS_COORDINATOR_QUERY_LATENCIES_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/clock.h"

namespace etalon::benchmark {

// A search on a coordinator, of which questions are asked.
struct AskedSearch {
  std::string server;
  std::string search;
};

// How long each kind of question takes, and a lease with its completion, of
// `asked` in turns: {"best": [milliseconds, of the first...], ...}, medians of
// `rounds`. The leases are of whatever is queued at its server, "rounds" of
// each at least.
absl::StatusOr<nlohmann::json> MeasureQueries(
    const std::vector<AskedSearch>& asked, int rounds, Clock& clock);

}  // namespace etalon::benchmark

#endif  // ETALON_BENCHMARKS_COORDINATOR_QUERY_LATENCIES_H_
