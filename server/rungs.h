#ifndef ETALON_SERVER_RUNGS_H_
#define ETALON_SERVER_RUNGS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/effects.h"
#include "storage/transaction.h"

namespace etalon {

// Trials that wait at rungs (server/search/halving.h). Errors are the store's
// unless said.

// The update after which an attempt at the trial that is under way ends at a
// rung; 0: at none.
absl::StatusOr<int64_t> RungOfAttempt(Transaction& transaction,
                                      const TrialRecord& trial);

// That the trial's attempt may end at a rung with this as its result: it was
// leased up to there, and its checkpoint is whole. INVALID_ARGUMENT: it may
// not.
absl::Status CheckSuspension(Transaction& transaction, const TrialRecord& trial,
                             const v1::Measurement& result);

// To be called when the stage has no trial QUEUED or RUNNING. Decides on those
// that wait at its lowest rung: some are QUEUED again, the others STOPPED.
// False where none waits.
absl::StatusOr<bool> LeaveRung(Transaction& transaction,
                               const v1::SearchSpec& spec,
                               const StageRecord& stage, absl::Time now,
                               Effects& effects);

}  // namespace etalon

#endif  // ETALON_SERVER_RUNGS_H_
