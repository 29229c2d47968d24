#ifndef ETALON_WORKER_MODEL_UPLOAD_H_
#define ETALON_WORKER_MODEL_UPLOAD_H_

#include <functional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "worker/coordinator_client.h"
#include "worker/held_trials.h"

namespace etalon {

// Makes a call until the coordinator answers it.
using Persist =
    absl::FunctionRef<absl::Status(const std::function<absl::Status()>&)>;

// Sends the coordinator the model that `trial`, which has its last measurement,
// ended with, piece by piece, as far as it is wanted. OK also where it is not.
// RESOURCE_EXHAUSTED: it is larger than any that is kept; nothing was sent.
// Else the last status of `persist`, of the piece that did not get through.
absl::Status UploadModel(const HeldTrial& trial, const std::string& model,
                         CoordinatorClient& client, Persist persist);

}  // namespace etalon

#endif  // ETALON_WORKER_MODEL_UPLOAD_H_
