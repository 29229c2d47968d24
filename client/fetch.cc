#include "client/fetch.h"

#include "common/status_macros.h"

namespace etalon {

absl::StatusOr<v1::Search> FetchSearch(Connection& connection,
                                       const std::string& name) {
  v1::GetSearchRequest request;
  request.set_name(name);
  return connection.Call<v1::GetSearchRequest, v1::Search>(
      &Connection::Service::GetSearch, request);
}

absl::StatusOr<v1::Trial> FetchTrial(Connection& connection,
                                     const std::string& name) {
  v1::GetTrialRequest request;
  request.set_name(name);
  return connection.Call<v1::GetTrialRequest, v1::Trial>(
      &Connection::Service::GetTrial, request);
}

absl::StatusOr<v1::SearchPlan> FetchPlan(Connection& connection,
                                         const v1::SearchSpec& spec) {
  v1::PlanSearchRequest request;
  *request.mutable_spec() = spec;
  return connection.Call<v1::PlanSearchRequest, v1::SearchPlan>(
      &Connection::Service::PlanSearch, request);
}

absl::StatusOr<std::vector<v1::Worker>> FetchWorkers(Connection& connection) {
  constexpr int kPage = 1000;
  v1::ListWorkersRequest request;
  request.set_page_size(kPage);
  ETALON_ASSIGN_OR_RETURN(
      const v1::ListWorkersResponse response,
      (connection.Call<v1::ListWorkersRequest, v1::ListWorkersResponse>(
          &Connection::Service::ListWorkers, request)));
  return std::vector<v1::Worker>(response.workers().begin(),
                                 response.workers().end());
}

absl::StatusOr<v1::RankConfigurationsResponse> FetchBest(
    Connection& connection, const std::string& search, const std::string& stage,
    int limit, v1::RankBy by) {
  v1::RankConfigurationsRequest request;
  request.set_parent(search);
  request.set_stage(stage);
  request.set_limit(limit);
  request.set_by(by);
  return connection
      .Call<v1::RankConfigurationsRequest, v1::RankConfigurationsResponse>(
          &Connection::Service::RankConfigurations, request);
}

}  // namespace etalon
