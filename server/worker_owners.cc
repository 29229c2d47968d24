#include "server/worker_owners.h"

namespace etalon {

void WorkerOwners::Put(WorkerId worker, absl::string_view owner) {
  MutexLock lock(mutex_);
  owners_[worker] = std::string(owner);
}

void WorkerOwners::Remove(WorkerId worker) {
  MutexLock lock(mutex_);
  owners_.erase(worker);
}

std::optional<std::string> WorkerOwners::Find(WorkerId worker) const {
  MutexLock lock(mutex_);
  const auto found = owners_.find(worker);
  if (found == owners_.end()) return std::nullopt;
  return found->second;
}

}  // namespace etalon
