#include "benchmarks/coordinator/latencies.h"

#include <algorithm>

namespace etalon::benchmark {

nlohmann::json Latencies::ToJson() const {
  nlohmann::json json = {{"count", seconds_.size()}};
  if (seconds_.empty()) return json;
  std::vector<float> sorted = seconds_;
  std::sort(sorted.begin(), sorted.end());
  const auto quantile_ms = [&](double q) {
    return 1e3 * sorted[static_cast<size_t>(
                     q * static_cast<double>(sorted.size() - 1))];
  };
  json["p50_ms"] = quantile_ms(0.5);
  json["p99_ms"] = quantile_ms(0.99);
  json["max_ms"] = quantile_ms(1);
  return json;
}

}  // namespace etalon::benchmark
