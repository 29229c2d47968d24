#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/resource_names.h"
#include "server/coordinator.h"
#include "server/coordinator_mutate.h"
#include "server/lease_token.h"
#include "server/rungs.h"
#include "server/stored_pieces.h"

namespace etalon {
namespace {

absl::Status AppendPiece(Transaction& transaction, const TrialRecord& trial,
                         const v1::StoreCheckpointRequest& request) {
  ETALON_ASSIGN_OR_RETURN(const int64_t until_update,
                          RungOfAttempt(transaction, trial));
  if (until_update == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(request.token().trial(),
                     " was leased up to its end, not to a rung: no checkpoint "
                     "of it is kept"));
  }
  ETALON_ASSIGN_OR_RETURN(const std::optional<CheckpointRecord> checkpoint,
                          transaction.FindCheckpoint(trial.id, trial.attempt));
  ETALON_ASSIGN_OR_RETURN(const bool next, IsNextPiece(request, checkpoint));
  if (!next) return absl::OkStatus();
  return transaction.AppendCheckpoint(trial.id, trial.attempt,
                                      request.size_bytes(), request.offset(),
                                      request.data());
}

absl::StatusOr<v1::ReadCheckpointResponse> ReadPiece(
    Transaction& transaction, const TrialRecord& trial,
    const v1::ReadCheckpointRequest& request) {
  ETALON_ASSIGN_OR_RETURN(const TrialDetails details,
                          transaction.GetTrialById(trial.id));
  ETALON_ASSIGN_OR_RETURN(
      const std::optional<CheckpointRecord> checkpoint,
      transaction.FindCheckpoint(trial.id, details.suspended_attempt));
  if (!checkpoint.has_value()) {
    return absl::NotFoundError(
        absl::StrCat(request.token().trial(), " has no checkpoint: it begins"));
  }
  v1::ReadCheckpointResponse response;
  response.set_size_bytes(checkpoint->size_bytes);
  ETALON_ASSIGN_OR_RETURN(
      *response.mutable_data(),
      transaction.ReadCheckpoint(trial.id, details.suspended_attempt,
                                 request.offset()));
  return response;
}

}  // namespace

void Coordinator::StoreCheckpoint(v1::StoreCheckpointRequest request,
                                  Done<v1::StoreCheckpointResponse> done) {
  Mutate<v1::StoreCheckpointResponse>(
      [this, request = std::move(request)](
          Transaction& transaction,
          Effects& effects) -> absl::StatusOr<v1::StoreCheckpointResponse> {
        ETALON_ASSIGN_OR_RETURN(
            const TrialRecord trial,
            FindHeld(transaction, request.worker(), request.token(), effects));
        ETALON_RETURN_IF_ERROR(AppendPiece(transaction, trial, request));
        return v1::StoreCheckpointResponse();
      },
      std::move(done));
}

void Coordinator::ReadCheckpoint(v1::ReadCheckpointRequest request,
                                 Done<v1::ReadCheckpointResponse> done) {
  Mutate<v1::ReadCheckpointResponse>(
      [this, request = std::move(request)](
          Transaction& transaction,
          Effects& effects) -> absl::StatusOr<v1::ReadCheckpointResponse> {
        ETALON_ASSIGN_OR_RETURN(
            const TrialRecord trial,
            FindHeld(transaction, request.worker(), request.token(), effects));
        return ReadPiece(transaction, trial, request);
      },
      std::move(done));
}

}  // namespace etalon
