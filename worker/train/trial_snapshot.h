#ifndef ETALON_WORKER_TRAIN_TRIAL_SNAPSHOT_H_
#define ETALON_WORKER_TRAIN_TRIAL_SNAPSHOT_H_

#include "absl/status/status.h"
#include "worker/train/early_stopping.h"
#include "worker/train/group_state.h"
#include "worker/train/snapshot.h"

namespace etalon::train {

// Of a member of a group. `early_stopping` is null where its plan has none.
Snapshot TakeSnapshot(GroupState<float>& state, size_t member,
                      const EarlyStopping* early_stopping);

// Makes the member and its early stopping what they were when `snapshot` was
// taken of a trial of the same plan; the update is the caller's to set, and
// Network::RefreshCopies to call. INVALID_ARGUMENT: it is of another plan or
// not of one piece; the message says in what, and nothing is changed.
absl::Status RestoreSnapshot(const Snapshot& snapshot, GroupState<float>& state,
                             size_t member, EarlyStopping* early_stopping);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_TRIAL_SNAPSHOT_H_
