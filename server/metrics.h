#ifndef ETALON_SERVER_METRICS_H_
#define ETALON_SERVER_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/listen_address.h"
#include "server/statistics.h"

namespace etalon {

// What a server tells Prometheus, over HTTP on a port of its own at /metrics.
// docs/operations.md lists the families.
//
// What others count is sampled when somebody asks; only commits and calls are
// observed as they happen.
//
// Threads: any. Answers requests on two threads of its own.
class Metrics {
 public:
  // Where what is sampled comes from; functions are called on a thread of ours.
  struct Sources {
    const CoordinatorStatistics* coordinator = nullptr;
    std::function<int64_t()> workers_alive;
    std::function<int64_t()> operations_waiting;
    std::function<int64_t()> reads_waiting;
    std::string database;  // its path
  };

  // FAILED_PRECONDITION: the address cannot be listened on.
  static absl::StatusOr<std::unique_ptr<Metrics>> Listen(
      const ListenAddress& address);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  int port() const;
  prometheus::Registry& registry() { return *registry_; }

  void OnCommit(size_t operations, size_t failed, absl::Duration time);
  void OnSync(absl::Duration time);

  // Sources are read from now on, until Forget.
  void Sample(Sources sources);
  void Forget();

 private:
  class Samples;

  explicit Metrics(std::unique_ptr<prometheus::Exposer> exposer);

  // The library wants to share what it may still be reading.
  const std::shared_ptr<prometheus::Registry> registry_;
  prometheus::Counter& operations_;
  prometheus::Counter& operations_failed_;
  prometheus::Histogram& commit_seconds_;
  prometheus::Histogram& commit_operations_;
  prometheus::Histogram& sync_seconds_;
  std::shared_ptr<Samples> samples_;
  std::unique_ptr<prometheus::Exposer> exposer_;
};

}  // namespace etalon

#endif  // ETALON_SERVER_METRICS_H_
