#ifndef ETALON_BENCHMARKS_COORDINATOR_LOAD_H_
#define ETALON_BENCHMARKS_COORDINATOR_LOAD_H_

#include <grpcpp/security/credentials.h>

#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/clock.h"

namespace etalon::benchmark {

// What simulated workers do. The result of a trial is a formula of its
// parameters.
struct LoadOptions {
  std::string server;  // host:port
  std::shared_ptr<grpc::ChannelCredentials> credentials;
  int workers = 64;
  // Trials that a worker holds at a time, and completes in one call.
  int side_by_side = 1;
  // Connections, which workers share evenly.
  int channels = 64;
  // Pairs of a completion and a lease a second, of all workers together, at
  // times that do not wait for answers; 0: each as soon as the last is
  // answered.
  double rate = 0;
  // What a trial takes; 0 with `rate`, and where there is none to be simulated.
  absl::Duration trial_time;
  // How often a worker sends heartbeats; 0: never.
  absl::Duration heartbeat;
  // A completion and the next lease as two calls.
  bool separate = false;
  // Before measuring, and then measuring.
  absl::Duration warm_up = absl::Seconds(2);
  absl::Duration duration = absl::Seconds(10);
};

// Runs the load to its end. Of the time that is measured: "pairs_per_second",
// "pair" and "heartbeat" latencies; of all of it: "registration_seconds",
// "refused" completions, "dropped" trials (both say that a lease was lost),
// "errors" of calls that were made again, and, by CLOCK_BOOTTIME,
// "first_lease_at", and "recovered_at", when the last of the workers that had
// such errors had a lease again.
nlohmann::json RunLoad(const LoadOptions& options, Clock& clock);

}  // namespace etalon::benchmark

#endif  // ETALON_BENCHMARKS_COORDINATOR_LOAD_H_
