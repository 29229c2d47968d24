#ifndef ETALON_SERVER_LEASE_TOKEN_H_
#define ETALON_SERVER_LEASE_TOKEN_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "etalon/v1/worker_service.pb.h"
#include "storage/transaction.h"

namespace etalon {

v1::LeaseToken MakeToken(uint64_t database_generation,
                         const TrialRecord& trial);

// The trial that `token` names, in whatever state. FAILED_PRECONDITION: the
// token is of another database, of a search that was deleted, or names no trial
// of this one.
// INVALID_ARGUMENT: `token.trial` is no trial's name.
absl::StatusOr<TrialRecord> FindTokenTrial(Transaction& transaction,
                                           uint64_t database_generation,
                                           const v1::LeaseToken& token);

// Whether `worker` may report on the attempt: the trial is RUNNING, the attempt
// is its last, and the worker's own.
bool IsLive(const TrialRecord& trial, WorkerId worker,
            const v1::LeaseToken& token);

// FAILED_PRECONDITION: "the token for ... is stale: " and why.
absl::Status StaleToken(const v1::LeaseToken& token, absl::string_view why);

// A human's reason for IsLive being false.
absl::Status ExplainStale(const TrialRecord& trial, WorkerId worker,
                          const v1::LeaseToken& token);

}  // namespace etalon

#endif  // ETALON_SERVER_LEASE_TOKEN_H_
