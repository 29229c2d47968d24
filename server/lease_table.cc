#include "server/lease_table.h"

#include <algorithm>

namespace etalon {

void LeaseTable::Start(const LeaseRecord& lease, absl::Duration now) {
  leases_[lease.trial] = {lease.attempt, lease.worker, now + lease_duration_};
}

void LeaseTable::End(const LeaseRecord& lease) {
  const auto it = leases_.find(lease.trial);
  if (it != leases_.end() && it->second.attempt == lease.attempt) {
    leases_.erase(it);
  }
}

void LeaseTable::Renew(const LeaseRecord& lease, absl::Duration now) {
  const auto it = leases_.find(lease.trial);
  if (it != leases_.end() && it->second.attempt == lease.attempt) {
    it->second.deadline = now + lease_duration_;
  }
}

void LeaseTable::RenewAll(absl::Duration now) {
  for (auto& [trial, entry] : leases_) entry.deadline = now + lease_duration_;
}

bool LeaseTable::AnyExpired(absl::Duration now) const {
  return std::any_of(leases_.begin(), leases_.end(), [now](const auto& lease) {
    return lease.second.deadline <= now;
  });
}

std::vector<LeaseRecord> LeaseTable::Expired(absl::Duration now) const {
  std::vector<LeaseRecord> expired;
  for (const auto& [trial, entry] : leases_) {
    if (entry.deadline <= now) {
      expired.push_back({trial, entry.attempt, entry.worker});
    }
  }
  std::sort(expired.begin(), expired.end(),
            [](const LeaseRecord& a, const LeaseRecord& b) {
              return a.trial < b.trial;
            });
  return expired;
}

}  // namespace etalon
