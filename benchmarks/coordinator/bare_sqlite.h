#ifndef ETALON_BENCHMARKS_COORDINATOR_BARE_SQLITE_H_
#define ETALON_BENCHMARKS_COORDINATOR_BARE_SQLITE_H_

#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "common/clock.h"

namespace etalon::benchmark {

// A yardstick: the same durability (write-ahead log, synchronous=FULL) for the
// least that a pair could be, one row of a table changed twice by prepared
// statements, `group` pairs a commit. Makes FILE: "pairs_per_second".
absl::StatusOr<nlohmann::json> MeasureBareSqlite(const std::string& file,
                                                 int group, int pairs,
                                                 Clock& clock);

}  // namespace etalon::benchmark

#endif  // ETALON_BENCHMARKS_COORDINATOR_BARE_SQLITE_H_
