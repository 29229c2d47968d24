#ifndef ETALON_SERVER_QUERIES_H_
#define ETALON_SERVER_QUERIES_H_

#include <functional>

#include "absl/status/statusor.h"
#include "etalon/v1/search_service.pb.h"
#include "server/callback.h"
#include "server/read_pool.h"
#include "server/worker_table.h"

namespace etalon {

// The use cases that only read. Answers come on a thread of the pool and show
// one committed state of the store.
//
// Threads: any; no method blocks. Pool and table are borrowed.
class Queries {
 public:
  Queries(ReadPool& pool, const WorkerTable& workers)
      : pool_(pool), workers_(workers) {}

  // Requests have passed server/request_checks.h. INVALID_ARGUMENT: a page
  // token of another list. NOT_FOUND. UNAVAILABLE: the pool refuses.
  void GetSearch(v1::GetSearchRequest request, Done<v1::Search> done);
  void PlanSearch(v1::PlanSearchRequest request, Done<v1::SearchPlan> done);
  void ListSearches(v1::ListSearchesRequest request,
                    Done<v1::ListSearchesResponse> done);
  void ListTrials(v1::ListTrialsRequest request,
                  Done<v1::ListTrialsResponse> done);
  void GetTrial(v1::GetTrialRequest request, Done<v1::Trial> done);
  // FAILED_PRECONDITION: no model is stored of the trial, and why.
  void ReadModel(v1::ReadModelRequest request,
                 Done<v1::ReadModelResponse> done);
  void RankConfigurations(v1::RankConfigurationsRequest request,
                          Done<v1::RankConfigurationsResponse> done);
  void ListWorkers(v1::ListWorkersRequest request,
                   Done<v1::ListWorkersResponse> done);

 private:
  template <typename Response>
  void Read(std::function<absl::StatusOr<Response>(Reader&)> query,
            Done<Response> done);

  ReadPool& pool_;
  const WorkerTable& workers_;
};

}  // namespace etalon

#endif  // ETALON_SERVER_QUERIES_H_
