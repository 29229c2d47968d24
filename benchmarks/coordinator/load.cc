#include "benchmarks/coordinator/load.h"

#include <algorithm>
#include <deque>

#include "absl/time/clock.h"
#include "benchmarks/coordinator/simulated_worker.h"
#include "common/rpc/channel.h"

namespace etalon::benchmark {
namespace {

void Sleep(absl::Duration duration) { absl::SleepFor(duration); }

}  // namespace

nlohmann::json RunLoad(const LoadOptions& options, Clock& clock) {
  std::vector<std::unique_ptr<v1::WorkerService::Stub>> stubs;
  for (int i = 0; i < options.channels; ++i) {
    stubs.push_back(v1::WorkerService::NewStub(
        NewChannel(options.server, options.credentials)));
  }
  Timer timer(clock);
  LoadContext context{options, clock, timer,
                      absl::ToInt64Microseconds(clock.Monotonic())};
  std::deque<SimulatedWorker> workers;
  for (int i = 0; i < options.workers; ++i) {
    workers.emplace_back(context,
                         *stubs[static_cast<size_t>(i % options.channels)], i);
  }
  const absl::Duration start = clock.Monotonic();
  for (SimulatedWorker& worker : workers) worker.Start();
  while (context.registered < options.workers) Sleep(absl::Milliseconds(1));
  const absl::Duration registered = clock.Monotonic();
  Sleep(options.warm_up);
  const absl::Duration measured_from = clock.Monotonic();
  context.measuring = true;
  Sleep(options.duration);
  context.measuring = false;
  const absl::Duration measured = clock.Monotonic() - measured_from;
  context.stopping = true;
  while (context.under_way > 0) Sleep(absl::Milliseconds(1));

  WorkerRecord total;
  absl::Duration first_lease_at = absl::InfiniteDuration();
  for (const SimulatedWorker& worker : workers) {
    const WorkerRecord record = worker.record();
    total.pairs.Add(record.pairs);
    total.heartbeats.Add(record.heartbeats);
    total.refused += record.refused;
    total.dropped += record.dropped;
    total.errors += record.errors;
    if (record.first_lease_at > absl::ZeroDuration()) {
      first_lease_at = std::min(first_lease_at, record.first_lease_at);
    }
    total.recovered_at = std::max(total.recovered_at, record.recovered_at);
  }
  nlohmann::json json = {
      {"pair", total.pairs.ToJson()},
      {"heartbeat", total.heartbeats.ToJson()},
      {"registration_seconds", absl::ToDoubleSeconds(registered - start)},
      {"refused", total.refused},
      {"dropped", total.dropped},
      {"errors", total.errors},
      {"first_lease_at", absl::ToDoubleSeconds(first_lease_at)},
      {"recovered_at", absl::ToDoubleSeconds(total.recovered_at)}};
  json["pairs_per_second"] =
      json["pair"]["count"].get<double>() / absl::ToDoubleSeconds(measured);
  return json;
}

}  // namespace etalon::benchmark
