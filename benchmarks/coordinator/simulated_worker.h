#ifndef ETALON_BENCHMARKS_COORDINATOR_SIMULATED_WORKER_H_
#define ETALON_BENCHMARKS_COORDINATOR_SIMULATED_WORKER_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "benchmarks/coordinator/latencies.h"
#include "benchmarks/coordinator/load.h"
#include "benchmarks/coordinator/timer.h"
#include "common/backoff.h"
#include "common/clock.h"
#include "common/mutex.h"
#include "common/random.h"
#include "etalon/v1/worker_service.grpc.pb.h"

namespace etalon::benchmark {

// A success whose accuracy is a formula of lambda and eta.
v1::Completion MakeCompletion(const v1::LeasedTrial& leased);

// What simulated workers share; outlives them.
struct LoadContext {
  const LoadOptions& options;
  Clock& clock;
  Timer& timer;
  // Tells the request ids of this run from those of others on the database.
  int64_t run;
  // Calls are measured from when to when.
  std::atomic<bool> measuring = false;
  // No more calls are begun.
  std::atomic<bool> stopping = false;
  // Calls under way.
  std::atomic<int> under_way = 0;
  std::atomic<int> registered = 0;
};

// What one worker saw.
struct WorkerRecord {
  Latencies pairs;
  Latencies heartbeats;
  int64_t refused = 0;
  int64_t dropped = 0;
  int64_t errors = 0;
  // Of the first lease, and of the first after the last error;
  // Clock::Monotonic.
  absl::Duration first_lease_at;
  absl::Duration recovered_at;
};

// A worker that trains nothing, as a state machine on callbacks: it has no
// thread. Registers, leases as many trials as it trains side by side, and then
// completes them and leases the next over and over. A
// call that fails is made again, the same, with the agent's backoff.
//
// Threads: Start once; the rest is the callbacks'. It must outlive its calls.
class SimulatedWorker {
 public:
  SimulatedWorker(LoadContext& context, v1::WorkerService::Stub& stub,
                  int index);

  void Start() { Register(); }
  // Once no call is under way.
  WorkerRecord record() const;

 private:
  template <typename Request, typename Response>
  struct Call;

  using Stub = v1::WorkerService::StubInterface::async_interface;
  template <typename Request, typename Response>
  using Method = void (Stub::*)(grpc::ClientContext*, const Request*, Response*,
                                std::function<void(grpc::Status)>);

  // Makes the call, again where it fails, until it is answered.
  template <typename Request, typename Response>
  void Send(Method<Request, Response> method,
            std::shared_ptr<Call<Request, Response>> call);

  void Register();
  void Lease();
  void Hold(const google::protobuf::RepeatedPtrField<v1::LeasedTrial>& leased);
  // Trials that were due.
  void Complete(absl::Duration due);
  void BeatIn(absl::Duration delay);
  void Beat();
  void At(absl::Duration time, std::function<void()> function);
  // When the next trial of this worker is at its end.
  absl::Duration NextEnd() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::string NextRequestId() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  LoadContext& context_;
  v1::WorkerService::Stub& stub_;
  const int index_;
  mutable Mutex mutex_;
  RandomStream random_ ABSL_GUARDED_BY(mutex_);
  Backoff backoff_ ABSL_GUARDED_BY(mutex_);
  std::string name_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::LeasedTrial> held_ ABSL_GUARDED_BY(mutex_);
  bool failing_ ABSL_GUARDED_BY(mutex_) = false;
  bool first_ ABSL_GUARDED_BY(mutex_) = true;
  // Of an open loop: when the last trial was to end.
  absl::Duration last_end_ ABSL_GUARDED_BY(mutex_);
  int requests_ ABSL_GUARDED_BY(mutex_) = 0;
  WorkerRecord record_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace etalon::benchmark

#endif  // ETALON_BENCHMARKS_COORDINATOR_SIMULATED_WORKER_H_
