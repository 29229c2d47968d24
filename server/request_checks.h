#ifndef ETALON_SERVER_REQUEST_CHECKS_H_
#define ETALON_SERVER_REQUEST_CHECKS_H_

#include "absl/status/status.h"
#include "etalon/v1/search_service.pb.h"
#include "etalon/v1/worker_service.pb.h"

namespace etalon {

// Whether a request can be looked at at all: what is wrong with it whatever the
// store holds. Pure. INVALID_ARGUMENT names the field and what would do.
// CreateSearch may also answer what ValidateSpec does.
absl::Status Check(const v1::CreateSearchRequest& request);
// Likewise.
absl::Status Check(const v1::PlanSearchRequest& request);
absl::Status Check(const v1::GetSearchRequest& request);
absl::Status Check(const v1::ListSearchesRequest& request);
absl::Status Check(const v1::PauseSearchRequest& request);
absl::Status Check(const v1::ResumeSearchRequest& request);
absl::Status Check(const v1::CancelSearchRequest& request);
absl::Status Check(const v1::DeleteSearchRequest& request);
absl::Status Check(const v1::ListTrialsRequest& request);
absl::Status Check(const v1::GetTrialRequest& request);
absl::Status Check(const v1::ReadModelRequest& request);
absl::Status Check(const v1::RankConfigurationsRequest& request);
absl::Status Check(const v1::ListWorkersRequest& request);
absl::Status Check(const v1::RunSqlRequest& request);

absl::Status Check(const v1::RegisterWorkerRequest& request);
absl::Status Check(const v1::LeaseTrialsRequest& request);
absl::Status Check(const v1::HeartbeatRequest& request);
// Also RESOURCE_EXHAUSTED: the model is larger than any that is kept.
absl::Status Check(const v1::StoreModelRequest& request);
// Likewise of the checkpoint.
absl::Status Check(const v1::StoreCheckpointRequest& request);
absl::Status Check(const v1::ReadCheckpointRequest& request);
// But for its completions, of which each is checked by itself.
absl::Status Check(const v1::CompleteTrialsRequest& request);
absl::Status Check(const v1::Completion& completion);
absl::Status Check(const v1::ReturnTrialsRequest& request);
absl::Status Check(const v1::UnregisterWorkerRequest& request);

}  // namespace etalon

#endif  // ETALON_SERVER_REQUEST_CHECKS_H_
