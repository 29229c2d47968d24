#include "server/lease_batches.h"

namespace etalon {

void LeaseBatches::Start(absl::Span<const LeaseRecord> leases, bool suspect) {
  const int64_t batch = next_batch_++;
  for (const LeaseRecord& lease : leases) {
    const auto known = leases_.find(lease.trial);
    if (known != leases_.end()) {
      if (known->second.attempt == lease.attempt &&
          known->second.worker == lease.worker) {
        continue;
      }
      Erase(lease.trial);
    }
    leases_[lease.trial] = {lease.attempt, lease.worker, batch, suspect};
    ++workers_[lease.worker][batch];
    if (suspect) ++suspects_[lease.worker];
  }
}

void LeaseBatches::End(const LeaseRecord& lease) {
  const auto known = leases_.find(lease.trial);
  if (known != leases_.end() && known->second.attempt == lease.attempt) {
    Erase(lease.trial);
  }
}

int LeaseBatches::CountOf(WorkerId worker) const {
  const auto found = workers_.find(worker);
  return found == workers_.end() ? 0 : static_cast<int>(found->second.size());
}

bool LeaseBatches::HoldsSuspect(WorkerId worker) const {
  return suspects_.contains(worker);
}

void LeaseBatches::Erase(TrialId trial) {
  const auto lease = leases_.find(trial);
  if (lease->second.suspect) {
    const auto suspects = suspects_.find(lease->second.worker);
    if (--suspects->second == 0) suspects_.erase(suspects);
  }
  const auto worker = workers_.find(lease->second.worker);
  const auto live = worker->second.find(lease->second.batch);
  if (--live->second == 0) worker->second.erase(live);
  if (worker->second.empty()) workers_.erase(worker);
  leases_.erase(lease);
}

}  // namespace etalon
