#ifndef ETALON_SERVER_LEASE_TABLE_H_
#define ETALON_SERVER_LEASE_TABLE_H_

#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "storage/transaction.h"

namespace etalon {

// When each live lease runs out, by Clock::Monotonic. Who holds which trial is
// the store's knowledge; times live here alone, so that they die with the
// process and every lease starts afresh in the next.
//
// Threads: belongs to one.
class LeaseTable {
 public:
  explicit LeaseTable(absl::Duration lease_duration)
      : lease_duration_(lease_duration) {}

  // Begins, or begins anew, with a full duration from `now`.
  void Start(const LeaseRecord& lease, absl::Duration now);
  // Ends it, unless a later attempt has begun.
  void End(const LeaseRecord& lease);
  // A full duration from `now`. A lease that is not here stays unknown.
  void Renew(const LeaseRecord& lease, absl::Duration now);
  // As Renew, for every lease.
  void RenewAll(absl::Duration now);

  bool AnyExpired(absl::Duration now) const;
  // By trial, so that what follows does not hang on a hash.
  std::vector<LeaseRecord> Expired(absl::Duration now) const;

  int size() const { return static_cast<int>(leases_.size()); }

 private:
  struct Entry {
    int attempt = 0;
    WorkerId worker = 0;
    absl::Duration deadline;
  };

  const absl::Duration lease_duration_;
  absl::flat_hash_map<TrialId, Entry> leases_;
};

}  // namespace etalon

#endif  // ETALON_SERVER_LEASE_TABLE_H_
