#ifndef ETALON_SERVER_LEASE_BATCHES_H_
#define ETALON_SERVER_LEASE_BATCHES_H_

#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "storage/transaction.h"

namespace etalon {

// How many threads of each worker are at work, as far as leases tell: what one
// request got is one thread's work until the last of it has ended. Only how
// much is handed out at once hangs on it.
//
// Threads: belongs to one.
class LeaseBatches {
 public:
  // Leases that one request got. Those that are known stay what they are.
  // `suspect`: the trial may be what took down its workers before.
  void Start(absl::Span<const LeaseRecord> leases, bool suspect = false);
  // Ends it, unless a later attempt has begun.
  void End(const LeaseRecord& lease);

  // Batches of the worker that have a live lease.
  int CountOf(WorkerId worker) const;
  bool HoldsSuspect(WorkerId worker) const;

 private:
  struct Entry {
    int attempt = 0;
    WorkerId worker = 0;
    int64_t batch = 0;
    bool suspect = false;
  };
  using LiveLeases = absl::flat_hash_map<int64_t, int>;  // by batch

  void Erase(TrialId trial);

  int64_t next_batch_ = 1;
  absl::flat_hash_map<TrialId, Entry> leases_;
  absl::flat_hash_map<WorkerId, LiveLeases> workers_;
  absl::flat_hash_map<WorkerId, int>
      suspects_;  // live leases on them, 1 or more
};

}  // namespace etalon

#endif  // ETALON_SERVER_LEASE_BATCHES_H_
