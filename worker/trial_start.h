#ifndef ETALON_WORKER_TRIAL_START_H_
#define ETALON_WORKER_TRIAL_START_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "worker/checkpoints.h"
#include "worker/trial_runner.h"

namespace etalon {

// Where the trial goes on from: the checkpoint that it was leased with or,
// where that is further, the one that an earlier attempt left on this machine;
// none where neither can be used, of which the log tells. `checkpoints` may be
// null. The same every time, as long as nobody writes others.
std::optional<Checkpoint> FindStart(const TrialRun& run,
                                    absl::string_view fingerprint,
                                    const Checkpoints* checkpoints);

}  // namespace etalon

#endif  // ETALON_WORKER_TRIAL_START_H_
