#include "server/metrics.h"

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <sys/stat.h>

#include <exception>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/mutex.h"

namespace etalon {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

const prometheus::Histogram::BucketBoundaries kSecondsBuckets = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5};

double FileBytes(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 ? static_cast<double>(status.st_size)
                                          : 0;
}

prometheus::ClientMetric Value(MetricType type, double value) {
  prometheus::ClientMetric metric;
  (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) =
      value;
  return metric;
}

MetricFamily Single(MetricType type, const char* name, const char* help,
                    double value) {
  return {name, help, type, {Value(type, value)}};
}

MetricFamily Gauge(const char* name, const char* help, double value) {
  return Single(MetricType::Gauge, name, help, value);
}

MetricFamily Counter(const char* name, const char* help,
                     const std::atomic<int64_t>& value) {
  return Single(MetricType::Counter, name, help,
                static_cast<double>(value.load()));
}

MetricFamily TrialsEnded(const CoordinatorStatistics& statistics) {
  MetricFamily family{"etalon_trials_ended_total",
                      "Trials that ended, by state.",
                      MetricType::Counter,
                      {}};
  for (const v1::Trial::State state :
       {v1::Trial::SUCCEEDED, v1::Trial::DIVERGED, v1::Trial::FAILED,
        v1::Trial::STOPPED}) {
    prometheus::ClientMetric metric =
        Value(MetricType::Counter,
              static_cast<double>(
                  statistics.trials_ended[static_cast<size_t>(state)].load()));
    metric.label = {
        {"state", absl::AsciiStrToLower(v1::Trial::State_Name(state))}};
    family.metric.push_back(std::move(metric));
  }
  return family;
}

}  // namespace

// What is asked for when somebody looks.
class Metrics::Samples : public prometheus::Collectable {
 public:
  void Set(Sources sources) {
    MutexLock lock(mutex_);
    sources_ = std::move(sources);
  }

  std::vector<MetricFamily> Collect() const override {
    // Held, so that nothing is read of a server that goes.
    MutexLock lock(mutex_);
    if (sources_.coordinator == nullptr) return {};
    const CoordinatorStatistics& counts = *sources_.coordinator;
    return {
        Gauge("etalon_leases_live", "Trials at work.",
              static_cast<double>(counts.live_leases.load())),
        Gauge("etalon_polls_open", "Requests for trials that wait for some.",
              static_cast<double>(counts.open_polls.load())),
        Gauge("etalon_adaptive_stages",
              "Stages under way that are to have more configurations.",
              static_cast<double>(counts.adaptive_stages.load())),
        Gauge("etalon_workers_alive",
              "Workers heard of within a lease's duration.",
              static_cast<double>(sources_.workers_alive())),
        Gauge("etalon_operations_waiting",
              "Operations that wait for the writer.",
              static_cast<double>(sources_.operations_waiting())),
        Gauge("etalon_reads_waiting", "Reads that wait for a reader.",
              static_cast<double>(sources_.reads_waiting())),
        Gauge("etalon_database_bytes", "Size of the database file.",
              FileBytes(sources_.database)),
        Gauge("etalon_log_bytes", "Size of its write-ahead log.",
              FileBytes(sources_.database + "-wal")),
        Counter("etalon_leases_total", "Times a trial was handed to a worker.",
                counts.trials_leased),
        Counter("etalon_leases_expired_total",
                "Leases that ran out without a heartbeat.",
                counts.attempts_lost),
        Counter("etalon_leases_returned_total",
                "Leases that workers handed back.", counts.attempts_returned),
        Counter("etalon_stalls_total",
                "Times the process, or its disk, stood still.", counts.stalls),
        TrialsEnded(counts),
    };
  }

 private:
  mutable Mutex mutex_;
  Sources sources_ ABSL_GUARDED_BY(mutex_);
};

absl::StatusOr<std::unique_ptr<Metrics>> Metrics::Listen(
    const ListenAddress& address) {
  // The library throws where it cannot listen.
  try {
    auto exposer = std::make_unique<prometheus::Exposer>(address.ToString());
    return std::unique_ptr<Metrics>(new Metrics(std::move(exposer)));
  } catch (const std::exception& exception) {
    return absl::FailedPreconditionError(
        absl::StrCat("metrics: cannot listen on ", address.ToString(), " (",
                     exception.what(), "); name another address"));
  }
}

Metrics::Metrics(std::unique_ptr<prometheus::Exposer> exposer)
    : registry_(std::make_shared<prometheus::Registry>()),
      operations_(prometheus::BuildCounter()
                      .Name("etalon_operations_total")
                      .Help("Operations that the writer has run.")
                      .Register(*registry_)
                      .Add({})),
      operations_failed_(prometheus::BuildCounter()
                             .Name("etalon_operations_failed_total")
                             .Help("Of them, those that were refused.")
                             .Register(*registry_)
                             .Add({})),
      commit_seconds_(
          prometheus::BuildHistogram()
              .Name("etalon_commit_seconds")
              .Help("How long a transaction took, its operations included.")
              .Register(*registry_)
              .Add({}, kSecondsBuckets)),
      commit_operations_(prometheus::BuildHistogram()
                             .Name("etalon_commit_operations")
                             .Help("Operations in a transaction.")
                             .Register(*registry_)
                             .Add({},
                                  prometheus::Histogram::BucketBoundaries{
                                      1, 2, 4, 8, 16, 32, 64, 128, 256})),
      sync_seconds_(prometheus::BuildHistogram()
                        .Name("etalon_sync_seconds")
                        .Help("How long the disk took to have what was "
                              "committed.")
                        .Register(*registry_)
                        .Add({}, kSecondsBuckets)),
      samples_(std::make_shared<Samples>()),
      exposer_(std::move(exposer)) {
  exposer_->RegisterCollectable(registry_);
  exposer_->RegisterCollectable(samples_);
}

Metrics::~Metrics() = default;

int Metrics::port() const {
  const std::vector<int> ports = exposer_->GetListeningPorts();
  return ports.empty() ? 0 : ports.front();
}

void Metrics::OnCommit(size_t operations, size_t failed, absl::Duration time) {
  operations_.Increment(static_cast<double>(operations));
  operations_failed_.Increment(static_cast<double>(failed));
  commit_operations_.Observe(static_cast<double>(operations));
  commit_seconds_.Observe(absl::ToDoubleSeconds(time));
}

void Metrics::OnSync(absl::Duration time) {
  sync_seconds_.Observe(absl::ToDoubleSeconds(time));
}

void Metrics::Sample(Sources sources) { samples_->Set(std::move(sources)); }

void Metrics::Forget() { samples_->Set({}); }

}  // namespace etalon
