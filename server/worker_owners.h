#ifndef ETALON_SERVER_WORKER_OWNERS_H_
#define ETALON_SERVER_WORKER_OWNERS_H_

#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "common/mutex.h"
#include "storage/transaction.h"

namespace etalon {

// Which token registered which worker: all that may hold leases, which are
// those that have not said goodbye.
//
// Threads: any.
class WorkerOwners {
 public:
  // After the store has it so. `owner` is a token's name, or empty for a worker
  // that registered when no tokens were asked for.
  void Put(WorkerId worker, absl::string_view owner);
  void Remove(WorkerId worker);
  // None for one that holds no leases.
  std::optional<std::string> Find(WorkerId worker) const;

 private:
  mutable Mutex mutex_;
  absl::flat_hash_map<WorkerId, std::string> owners_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace etalon

#endif  // ETALON_SERVER_WORKER_OWNERS_H_
