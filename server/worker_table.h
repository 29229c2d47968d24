#ifndef ETALON_SERVER_WORKER_TABLE_H_
#define ETALON_SERVER_WORKER_TABLE_H_

#include <cstdint>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/mutex.h"
#include "etalon/v1/training.pb.h"
#include "etalon/v1/worker.pb.h"
#include "server/lease_batches.h"
#include "storage/transaction.h"

namespace etalon {

// A data set that the capabilities do not list counts as usable; a worker that
// is unwell can use none.
bool CanUse(const v1::Capabilities& capabilities, const v1::Dataset& dataset);

// What the coordinator remembers of its workers between transactions: their
// capabilities, as the store has them, and when each was last heard of, which
// is written to the store only now and then.
//
// Threads: any.
class WorkerTable {
 public:
  // A worker not heard of for `lease_duration` is SILENT.
  WorkerTable(absl::Duration lease_duration, Clock& clock)
      : lease_duration_(lease_duration),
        clock_(clock),
        start_(clock.Monotonic()) {}

  // After the store has it so.
  void Put(WorkerId worker, const v1::Capabilities& capabilities);
  // At any time: the store is asked again.
  void Remove(WorkerId worker);
  // None where the store must be asked.
  std::optional<v1::Capabilities> FindCapabilities(WorkerId worker) const;

  // Whether fewer than `limit` workers are here. Those that were not heard of
  // for a lease's duration make way for others.
  bool HasRoom(int limit);
  // Heard of within a lease's duration.
  int64_t CountAlive() const;

  // The worker was heard of now. Nothing happens when it is not here.
  void Hear(WorkerId worker);
  // Whether the store's last_seen_time is to be brought up to date: at most
  // once per lease duration.
  bool NeedsFlush(WorkerId worker) const;
  void MarkFlushed(WorkerId worker);

  // Threads that may ask for trials on `dataset` any moment: those of workers
  // that were heard of within a lease's duration and can use it, less those
  // that are at work.
  int64_t CountIdleThreads(const v1::Dataset& dataset,
                           const LeaseBatches& at_work) const;

  // Puts what is known here over what the store has: last_seen_time, and SILENT
  // for ALIVE. After a start every worker gets a lease duration to be heard.
  void Overlay(WorkerId worker, v1::Worker& record) const;

 private:
  struct Entry {
    v1::Capabilities capabilities;
    absl::Time seen_time;    // for people
    absl::Duration seen;     // Clock::Monotonic
    absl::Duration flushed;  // likewise
  };

  const absl::Duration lease_duration_;
  Clock& clock_;
  const absl::Duration start_;
  mutable Mutex mutex_;
  absl::flat_hash_map<WorkerId, Entry> workers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace etalon

#endif  // ETALON_SERVER_WORKER_TABLE_H_
