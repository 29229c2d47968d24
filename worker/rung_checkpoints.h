#ifndef ETALON_WORKER_RUNG_CHECKPOINTS_H_
#define ETALON_WORKER_RUNG_CHECKPOINTS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "worker/coordinator_client.h"
#include "worker/held_trials.h"
#include "worker/model_upload.h"

namespace etalon {

// The checkpoints that trials leave at rungs and go on from, piece by piece
// from and to the coordinator. Each piece is asked for until it is answered;
// errors are the last of it.

// What `trial` goes on from, as its lease says. DATA_LOSS: it is not as long.
absl::StatusOr<std::string> FetchCheckpoint(const HeldTrial& trial,
                                            CoordinatorClient& client,
                                            Persist persist);

// Sends what `trial` came to a rung with.
absl::Status UploadCheckpoint(const HeldTrial& trial,
                              const std::string& checkpoint,
                              CoordinatorClient& client, Persist persist);

}  // namespace etalon

#endif  // ETALON_WORKER_RUNG_CHECKPOINTS_H_
