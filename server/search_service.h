#ifndef ETALON_SERVER_SEARCH_SERVICE_H_
#define ETALON_SERVER_SEARCH_SERVICE_H_

#include "etalon/v1/search_service.grpc.pb.h"
#include "server/coordinator.h"
#include "server/gate.h"
#include "server/queries.h"
#include "server/sql_queries.h"

namespace etalon {

// etalon.v1.SearchService over gRPC: checks a request, hands it on, and maps
// the status. No method blocks.
class SearchServiceImpl final : public v1::SearchService::CallbackService {
 public:
  // All are borrowed.
  SearchServiceImpl(Gate& gate, Coordinator& coordinator, Queries& queries,
                    SqlQueries& sql_queries)
      : gate_(gate),
        coordinator_(coordinator),
        queries_(queries),
        sql_queries_(sql_queries) {}

  grpc::ServerUnaryReactor* CreateSearch(grpc::CallbackServerContext* context,
                                         const v1::CreateSearchRequest* request,
                                         v1::Search* response) override;
  grpc::ServerUnaryReactor* PlanSearch(grpc::CallbackServerContext* context,
                                       const v1::PlanSearchRequest* request,
                                       v1::SearchPlan* response) override;
  grpc::ServerUnaryReactor* GetSearch(grpc::CallbackServerContext* context,
                                      const v1::GetSearchRequest* request,
                                      v1::Search* response) override;
  grpc::ServerUnaryReactor* ListSearches(
      grpc::CallbackServerContext* context,
      const v1::ListSearchesRequest* request,
      v1::ListSearchesResponse* response) override;
  grpc::ServerUnaryReactor* PauseSearch(grpc::CallbackServerContext* context,
                                        const v1::PauseSearchRequest* request,
                                        v1::Search* response) override;
  grpc::ServerUnaryReactor* ResumeSearch(grpc::CallbackServerContext* context,
                                         const v1::ResumeSearchRequest* request,
                                         v1::Search* response) override;
  grpc::ServerUnaryReactor* CancelSearch(grpc::CallbackServerContext* context,
                                         const v1::CancelSearchRequest* request,
                                         v1::Search* response) override;
  grpc::ServerUnaryReactor* DeleteSearch(
      grpc::CallbackServerContext* context,
      const v1::DeleteSearchRequest* request,
      v1::DeleteSearchResponse* response) override;
  grpc::ServerUnaryReactor* ListTrials(
      grpc::CallbackServerContext* context,
      const v1::ListTrialsRequest* request,
      v1::ListTrialsResponse* response) override;
  grpc::ServerUnaryReactor* GetTrial(grpc::CallbackServerContext* context,
                                     const v1::GetTrialRequest* request,
                                     v1::Trial* response) override;
  grpc::ServerUnaryReactor* ReadModel(grpc::CallbackServerContext* context,
                                      const v1::ReadModelRequest* request,
                                      v1::ReadModelResponse* response) override;
  grpc::ServerUnaryReactor* RankConfigurations(
      grpc::CallbackServerContext* context,
      const v1::RankConfigurationsRequest* request,
      v1::RankConfigurationsResponse* response) override;
  grpc::ServerUnaryReactor* ListWorkers(
      grpc::CallbackServerContext* context,
      const v1::ListWorkersRequest* request,
      v1::ListWorkersResponse* response) override;
  grpc::ServerUnaryReactor* RunSql(grpc::CallbackServerContext* context,
                                   const v1::RunSqlRequest* request,
                                   v1::RunSqlResponse* response) override;

 private:
  Gate& gate_;
  Coordinator& coordinator_;
  Queries& queries_;
  SqlQueries& sql_queries_;
};

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_SERVICE_H_
