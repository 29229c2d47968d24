#include "worker/model_upload.h"

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/log.h"
#include "common/status_macros.h"

namespace etalon {

absl::Status UploadModel(const HeldTrial& trial, const std::string& model,
                         CoordinatorClient& client, Persist persist) {
  if (model.size() > static_cast<size_t>(kMaxModelBytes)) {
    return absl::ResourceExhaustedError(
        absl::StrCat("its model has ", model.size(),
                     " bytes; coordinators keep up to ", kMaxModelBytes));
  }
  v1::StoreModelRequest request;
  request.set_worker(trial.worker());
  *request.mutable_token() = trial.token();
  request.set_size_bytes(static_cast<int64_t>(model.size()));
  request.set_validation_accuracy(
      trial.measurements().back().validation().accuracy());
  for (size_t offset = 0; offset < model.size();
       offset += kMaxModelPieceBytes) {
    request.set_offset(static_cast<int64_t>(offset));
    request.set_data(model.substr(offset, kMaxModelPieceBytes));
    bool wanted = false;
    ETALON_RETURN_IF_ERROR(persist([&]() -> absl::Status {
      ETALON_ASSIGN_OR_RETURN(const v1::StoreModelResponse response,
                              client.StoreModel(request));
      wanted = response.wanted();
      return absl::OkStatus();
    }));
    if (!wanted) {
      LogInfo(trial.name(), ": its stage has a better model");
      return absl::OkStatus();
    }
  }
  return absl::OkStatus();
}

}  // namespace etalon
