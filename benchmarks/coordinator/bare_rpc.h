#ifndef ETALON_BENCHMARKS_COORDINATOR_BARE_RPC_H_
#define ETALON_BENCHMARKS_COORDINATOR_BARE_RPC_H_

#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/clock.h"

namespace etalon::benchmark {

// A yardstick: unary calls with small messages and a handler that does nothing,
// with gRPC's callback API at both ends.

// Serves them on a port of its own, written to `port_file`, until the process
// is told to end.
absl::Status ServeNothing(const std::string& port_file);

// Makes them for `duration`, `callers` at a time, each on a connection of its
// own: "calls_per_second" and "call" latencies.
nlohmann::json MeasureBareRpc(const std::string& server, int callers,
                              absl::Duration duration, Clock& clock);

}  // namespace etalon::benchmark

#endif  // ETALON_BENCHMARKS_COORDINATOR_BARE_RPC_H_
