#include "worker/rung_checkpoints.h"

#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/status_macros.h"

namespace etalon {

absl::StatusOr<std::string> FetchCheckpoint(const HeldTrial& trial,
                                            CoordinatorClient& client,
                                            Persist persist) {
  const int64_t size = trial.checkpoint_size_bytes();
  if (size > kMaxCheckpointBytes) {
    return absl::DataLossError(absl::StrCat("its checkpoint has ", size,
                                            " bytes; none has more than ",
                                            kMaxCheckpointBytes));
  }
  v1::ReadCheckpointRequest request;
  request.set_worker(trial.worker());
  *request.mutable_token() = trial.token();
  std::string checkpoint;
  while (static_cast<int64_t>(checkpoint.size()) < size) {
    request.set_offset(static_cast<int64_t>(checkpoint.size()));
    v1::ReadCheckpointResponse piece;
    ETALON_RETURN_IF_ERROR(persist([&]() -> absl::Status {
      ETALON_ASSIGN_OR_RETURN(piece, client.ReadCheckpoint(request));
      return absl::OkStatus();
    }));
    if (piece.data().empty()) break;
    checkpoint += piece.data();
  }
  if (static_cast<int64_t>(checkpoint.size()) == size) return checkpoint;
  return absl::DataLossError(absl::StrCat("its checkpoint has ",
                                          checkpoint.size(), " bytes, not the ",
                                          size, " that its lease says"));
}

absl::Status UploadCheckpoint(const HeldTrial& trial,
                              const std::string& checkpoint,
                              CoordinatorClient& client, Persist persist) {
  v1::StoreCheckpointRequest request;
  request.set_worker(trial.worker());
  *request.mutable_token() = trial.token();
  request.set_size_bytes(static_cast<int64_t>(checkpoint.size()));
  for (size_t offset = 0; offset < checkpoint.size();
       offset += kMaxModelPieceBytes) {
    request.set_offset(static_cast<int64_t>(offset));
    request.set_data(checkpoint.substr(offset, kMaxModelPieceBytes));
    ETALON_RETURN_IF_ERROR(
        persist([&] { return client.StoreCheckpoint(request).status(); }));
  }
  return absl::OkStatus();
}

}  // namespace etalon
