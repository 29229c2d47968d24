#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/resource_names.h"
#include "server/coordinator.h"
#include "server/coordinator_mutate.h"
#include "server/kept_models.h"
#include "server/lease_token.h"

namespace etalon {
namespace {

absl::Status AppendPiece(Transaction& transaction, const TrialRecord& trial,
                         const v1::StoreModelRequest& request) {
  ETALON_ASSIGN_OR_RETURN(const std::optional<ModelRecord> model,
                          transaction.FindModel(trial.id));
  const int64_t stored = model.has_value() ? model->stored_bytes : 0;
  if (model.has_value() && model->size_bytes != request.size_bytes()) {
    return absl::InvalidArgumentError(
        absl::StrCat("size_bytes is ", request.size_bytes(), ": it was ",
                     model->size_bytes, " with the first piece"));
  }
  const int64_t end =
      request.offset() + static_cast<int64_t>(request.data().size());
  // A repeat: its answer was lost.
  if (end <= stored) return absl::OkStatus();
  if (request.offset() != stored) {
    return absl::InvalidArgumentError(
        absl::StrCat("offset is ", request.offset(), ": ", stored, " of ",
                     request.size_bytes(), " bytes are there"));
  }
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
        ETALON_ASSIGN_OR_RETURN(const WorkerId worker,
                                ParseWorkerName(request.worker()));
        ETALON_ASSIGN_OR_RETURN(
            const TrialRecord trial,
            FindTokenTrial(transaction, database_generation_, request.token()));
        if (!IsLive(trial, worker, request.token())) {
          return ExplainStale(trial, worker, request.token());
        }
        ETALON_RETURN_IF_ERROR(Hear(transaction, worker, effects));
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
