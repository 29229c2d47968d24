#include <optional>
#include <utility>

#include "server/coordinator.h"
#include "server/coordinator_mutate.h"
#include "server/kept_models.h"
#include "server/stored_pieces.h"

namespace etalon {
namespace {

absl::Status AppendPiece(Transaction& transaction, const TrialRecord& trial,
                         const v1::StoreModelRequest& request) {
  ETALON_ASSIGN_OR_RETURN(const std::optional<ModelRecord> model,
                          transaction.FindModel(trial.id));
  ETALON_ASSIGN_OR_RETURN(const bool next, IsNextPiece(request, model));
  if (!next) return absl::OkStatus();
  return transaction.AppendModel(trial.id, trial.attempt, request.size_bytes(),
                                 request.offset(), request.data());
}

}  // namespace

void Coordinator::StoreModel(v1::StoreModelRequest request,
                             Done<v1::StoreModelResponse> done) {
  Mutate<v1::StoreModelResponse>(
      [this, request = std::move(request)](
          Transaction& transaction,
          Effects& effects) -> absl::StatusOr<v1::StoreModelResponse> {
        ETALON_ASSIGN_OR_RETURN(
            const TrialRecord trial,
            FindHeld(transaction, request.worker(), request.token(), effects));
        v1::StoreModelResponse response;
        ETALON_ASSIGN_OR_RETURN(
            const bool wanted,
            WouldKeepModel(transaction, trial, request.validation_accuracy()));
        response.set_wanted(wanted);
        ETALON_RETURN_IF_ERROR(wanted ? AppendPiece(transaction, trial, request)
                                      : transaction.DeleteModel(trial.id));
        return response;
      },
      std::move(done));
}

}  // namespace etalon
