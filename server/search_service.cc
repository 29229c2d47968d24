#include "server/search_service.h"

#include "server/unary_call.h"

namespace etalon {

grpc::ServerUnaryReactor* SearchServiceImpl::CreateSearch(
    grpc::CallbackServerContext* context,
    const v1::CreateSearchRequest* request, v1::Search* response) {
  return ServeUnary(gate_, context, request, response, coordinator_,
                    &Coordinator::CreateSearch);
}

grpc::ServerUnaryReactor* SearchServiceImpl::PlanSearch(
    grpc::CallbackServerContext* context, const v1::PlanSearchRequest* request,
    v1::SearchPlan* response) {
  return ServeUnary(gate_, context, request, response, queries_,
                    &Queries::PlanSearch);
}

grpc::ServerUnaryReactor* SearchServiceImpl::GetSearch(
    grpc::CallbackServerContext* context, const v1::GetSearchRequest* request,
    v1::Search* response) {
  return ServeUnary(gate_, context, request, response, queries_,
                    &Queries::GetSearch);
}

grpc::ServerUnaryReactor* SearchServiceImpl::ListSearches(
    grpc::CallbackServerContext* context,
    const v1::ListSearchesRequest* request,
    v1::ListSearchesResponse* response) {
  return ServeUnary(gate_, context, request, response, queries_,
                    &Queries::ListSearches);
}

grpc::ServerUnaryReactor* SearchServiceImpl::PauseSearch(
    grpc::CallbackServerContext* context, const v1::PauseSearchRequest* request,
    v1::Search* response) {
  return ServeUnary(gate_, context, request, response, coordinator_,
                    &Coordinator::PauseSearch);
}

grpc::ServerUnaryReactor* SearchServiceImpl::ResumeSearch(
    grpc::CallbackServerContext* context,
    const v1::ResumeSearchRequest* request, v1::Search* response) {
  return ServeUnary(gate_, context, request, response, coordinator_,
                    &Coordinator::ResumeSearch);
}

grpc::ServerUnaryReactor* SearchServiceImpl::CancelSearch(
    grpc::CallbackServerContext* context,
    const v1::CancelSearchRequest* request, v1::Search* response) {
  return ServeUnary(gate_, context, request, response, coordinator_,
                    &Coordinator::CancelSearch);
}

grpc::ServerUnaryReactor* SearchServiceImpl::DeleteSearch(
    grpc::CallbackServerContext* context,
    const v1::DeleteSearchRequest* request,
    v1::DeleteSearchResponse* response) {
  return ServeUnary(gate_, context, request, response, coordinator_,
                    &Coordinator::DeleteSearch);
}

grpc::ServerUnaryReactor* SearchServiceImpl::ListTrials(
    grpc::CallbackServerContext* context, const v1::ListTrialsRequest* request,
    v1::ListTrialsResponse* response) {
  return ServeUnary(gate_, context, request, response, queries_,
                    &Queries::ListTrials);
}

grpc::ServerUnaryReactor* SearchServiceImpl::GetTrial(
    grpc::CallbackServerContext* context, const v1::GetTrialRequest* request,
    v1::Trial* response) {
  return ServeUnary(gate_, context, request, response, queries_,
                    &Queries::GetTrial);
}

grpc::ServerUnaryReactor* SearchServiceImpl::ReadModel(
    grpc::CallbackServerContext* context, const v1::ReadModelRequest* request,
    v1::ReadModelResponse* response) {
  return ServeUnary(gate_, context, request, response, queries_,
                    &Queries::ReadModel);
}

grpc::ServerUnaryReactor* SearchServiceImpl::RankConfigurations(
    grpc::CallbackServerContext* context,
    const v1::RankConfigurationsRequest* request,
    v1::RankConfigurationsResponse* response) {
  return ServeUnary(gate_, context, request, response, queries_,
                    &Queries::RankConfigurations);
}

grpc::ServerUnaryReactor* SearchServiceImpl::ListWorkers(
    grpc::CallbackServerContext* context, const v1::ListWorkersRequest* request,
    v1::ListWorkersResponse* response) {
  return ServeUnary(gate_, context, request, response, queries_,
                    &Queries::ListWorkers);
}

grpc::ServerUnaryReactor* SearchServiceImpl::RunSql(
    grpc::CallbackServerContext* context, const v1::RunSqlRequest* request,
    v1::RunSqlResponse* response) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  const absl::Status status = AdmitCall(gate_, *context, *request).status();
  if (status.ok()) {
    // The context lives until the call is finished.
    sql_queries_.RunSql(
        *request, [context] { return context->IsCancelled(); },
        FinishCall(reactor, response));
  } else {
    reactor->Finish(ToGrpcStatus(status));
  }
  return reactor;
}

}  // namespace etalon
