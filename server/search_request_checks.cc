#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/resource_names.h"
#include "common/status_macros.h"
#include "server/field_checks.h"
#include "server/request_checks.h"
#include "server/search/validation.h"

namespace etalon {
namespace {

// `message` begins with what was wrong with the value.
absl::Status InField(absl::string_view field, const absl::Status& status) {
  if (status.ok()) return status;
  return absl::Status(status.code(),
                      absl::StrCat(field, ": ", status.message()));
}

absl::Status CheckSearchName(absl::string_view field, absl::string_view name) {
  return InField(field, ParseSearchName(name).status());
}

absl::Status CheckStage(absl::string_view stage) {
  return stage.empty() ? absl::OkStatus() : ValidateId("stage", stage);
}

template <typename Request>
absl::Status CheckSpec(const Request& request) {
  if (!request.has_spec()) {
    return absl::InvalidArgumentError("spec is missing");
  }
  return ValidateSpec(request.spec());
}

}  // namespace

absl::Status Check(const v1::CreateSearchRequest& request) {
  ETALON_RETURN_IF_ERROR(CheckRequestId("request_id", request.request_id()));
  return CheckSpec(request);
}

absl::Status Check(const v1::PlanSearchRequest& request) {
  return CheckSpec(request);
}

absl::Status Check(const v1::GetSearchRequest& request) {
  return CheckSearchName("name", request.name());
}

absl::Status Check(const v1::ListSearchesRequest& request) {
  return CheckPageSize("page_size", request.page_size());
}

absl::Status Check(const v1::PauseSearchRequest& request) {
  return CheckSearchName("name", request.name());
}

absl::Status Check(const v1::ResumeSearchRequest& request) {
  return CheckSearchName("name", request.name());
}

absl::Status Check(const v1::CancelSearchRequest& request) {
  return CheckSearchName("name", request.name());
}

absl::Status Check(const v1::DeleteSearchRequest& request) {
  return CheckSearchName("name", request.name());
}

// Filter and order mean what they do for one search: whoever reads it tells.
absl::Status Check(const v1::ListTrialsRequest& request) {
  ETALON_RETURN_IF_ERROR(CheckSearchName("parent", request.parent()));
  return CheckPageSize("page_size", request.page_size());
}

absl::Status Check(const v1::GetTrialRequest& request) {
  return InField("name", ParseTrialName(request.name()).status());
}

absl::Status Check(const v1::ReadModelRequest& request) {
  ETALON_RETURN_IF_ERROR(
      InField("name", ParseTrialName(request.name()).status()));
  return CheckRange("offset", request.offset(), 0, kMaxModelBytes);
}

absl::Status Check(const v1::RankConfigurationsRequest& request) {
  ETALON_RETURN_IF_ERROR(CheckSearchName("parent", request.parent()));
  ETALON_RETURN_IF_ERROR(CheckStage(request.stage()));
  if (!v1::RankBy_IsValid(request.by())) {
    return absl::InvalidArgumentError(
        absl::StrCat("by is ", request.by(), ": nothing to rank by"));
  }
  return CheckPageSize("limit", request.limit());
}

absl::Status Check(const v1::ListWorkersRequest& request) {
  return CheckPageSize("page_size", request.page_size());
}

absl::Status Check(const v1::RunSqlRequest& request) {
  if (request.sql().empty()) {
    return absl::InvalidArgumentError("sql is empty");
  }
  return CheckRange("max_rows", request.max_rows(), 0, kMaxSqlRows);
}

}  // namespace etalon
