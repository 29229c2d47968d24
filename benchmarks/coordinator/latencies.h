#ifndef ETALON_BENCHMARKS_COORDINATOR_LATENCIES_H_
#define ETALON_BENCHMARKS_COORDINATOR_LATENCIES_H_

#include <nlohmann/json.hpp>
#include <vector>

#include "absl/time/time.h"

namespace etalon::benchmark {

// How long calls took. Not thread-safe.
class Latencies {
 public:
  void Add(absl::Duration latency) {
    seconds_.push_back(static_cast<float>(absl::ToDoubleSeconds(latency)));
  }
  void Add(const Latencies& other) {
    seconds_.insert(seconds_.end(), other.seconds_.begin(),
                    other.seconds_.end());
  }

  // {"count", "p50_ms", "p99_ms", "max_ms"}; without the times where there is
  // no call.
  nlohmann::json ToJson() const;

 private:
  std::vector<float> seconds_;
};

}  // namespace etalon::benchmark

#endif  // ETALON_BENCHMARKS_COORDINATOR_LATENCIES_H_
