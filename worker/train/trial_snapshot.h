#ifndef ETALON_WORKER_TRAIN_TRIAL_SNAPSHOT_H_
#define ETALON_WORKER_TRAIN_TRIAL_SNAPSHOT_H_

#include "absl/status/status.h"
#include "worker/train/early_stopping.h"
#include "worker/train/snapshot.h"
#include "worker/train/trial_plan.h"
#include "worker/train/trial_state.h"

namespace etalon::train {

// `early_stopping` is null where the plan has none.
Snapshot TakeSnapshot(TrialState<float>& state,
                      const EarlyStopping* early_stopping);

// Makes both what they were when `snapshot` was taken of a trial of the same
// plan. INVALID_ARGUMENT: it is of another plan or not of one piece; the
// message says in what, and nothing is changed.
absl::Status RestoreSnapshot(const Snapshot& snapshot, const TrialPlan& plan,
                             TrialState<float>& state,
                             EarlyStopping* early_stopping);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_TRIAL_SNAPSHOT_H_
