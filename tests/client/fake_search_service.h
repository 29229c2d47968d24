#ifndef ETALON_TESTS_CLIENT_FAKE_SEARCH_SERVICE_H_
#define ETALON_TESTS_CLIENT_FAKE_SEARCH_SERVICE_H_

#include <grpcpp/server.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "common/mutex.h"
#include "etalon/v1/search_service.grpc.pb.h"

namespace etalon::testing {

// A coordinator without a mind: it answers what it was told to, and remembers
// what it was asked. Thread-safe.
class FakeSearchService : public v1::SearchService::Service {
 public:
  // Every call fails with this from now on; OK ends that.
  void FailWith(const grpc::Status& status);
  // The next `count` calls fail with UNAVAILABLE.
  void FailTimes(int count);
  // GetSearch answers these one after the other, and the last for ever.
  // The others answer the first's name. `on_get`, where set, is called before
  // each answer.
  void AnswerSearches(std::vector<v1::Search> searches);
  void SetOnGet(std::function<void(int calls)> on_get);
  // ListTrials answers these, two a page, filtered by nothing.
  void AnswerTrials(std::vector<v1::Trial> trials);
  void AnswerBest(std::vector<v1::RankedConfiguration> best);
  void AnswerWorkers(std::vector<v1::Worker> workers);

  void AnswerPlan(v1::SearchPlan plan);
  // Names of the searches that plans were asked for.
  std::vector<std::string> planned() const;
  // RunSql answers this.
  void AnswerSql(v1::RunSqlResponse table);

  // ReadModel answers up to `piece` bytes of this; `size_bytes` is what it says
  // of the whole.
  void AnswerModel(std::string model, int64_t piece, int64_t size_bytes);

  std::vector<v1::CreateSearchRequest> created() const;
  std::vector<v1::ListTrialsRequest> listed() const;
  std::vector<v1::RankConfigurationsRequest> ranked() const;
  std::vector<v1::RunSqlRequest> asked() const;
  // Names.
  std::vector<std::string> deleted() const;

  grpc::Status CreateSearch(grpc::ServerContext*,
                            const v1::CreateSearchRequest* request,
                            v1::Search* search) override;
  grpc::Status PlanSearch(grpc::ServerContext*,
                          const v1::PlanSearchRequest* request,
                          v1::SearchPlan* plan) override;
  grpc::Status GetSearch(grpc::ServerContext*, const v1::GetSearchRequest*,
                         v1::Search* search) override;
  grpc::Status ListSearches(grpc::ServerContext*,
                            const v1::ListSearchesRequest*,
                            v1::ListSearchesResponse* response) override;
  grpc::Status PauseSearch(grpc::ServerContext*, const v1::PauseSearchRequest*,
                           v1::Search* search) override;
  grpc::Status ResumeSearch(grpc::ServerContext*,
                            const v1::ResumeSearchRequest*,
                            v1::Search* search) override;
  grpc::Status CancelSearch(grpc::ServerContext*,
                            const v1::CancelSearchRequest*,
                            v1::Search* search) override;
  grpc::Status ListTrials(grpc::ServerContext*,
                          const v1::ListTrialsRequest* request,
                          v1::ListTrialsResponse* response) override;
  grpc::Status GetTrial(grpc::ServerContext*, const v1::GetTrialRequest*,
                        v1::Trial* trial) override;
  grpc::Status ReadModel(grpc::ServerContext*,
                         const v1::ReadModelRequest* request,
                         v1::ReadModelResponse* response) override;
  grpc::Status RankConfigurations(
      grpc::ServerContext*, const v1::RankConfigurationsRequest*,
      v1::RankConfigurationsResponse* response) override;
  grpc::Status ListWorkers(grpc::ServerContext*, const v1::ListWorkersRequest*,
                           v1::ListWorkersResponse* response) override;
  grpc::Status DeleteSearch(grpc::ServerContext*,
                            const v1::DeleteSearchRequest* request,
                            v1::DeleteSearchResponse* response) override;
  grpc::Status RunSql(grpc::ServerContext*, const v1::RunSqlRequest* request,
                      v1::RunSqlResponse* response) override;

 private:
  // What this call is to fail with.
  grpc::Status NextStatus();
  grpc::Status AnswerSearch(v1::Search* search);

  mutable Mutex mutex_;
  grpc::Status status_ ABSL_GUARDED_BY(mutex_);
  int failures_left_ ABSL_GUARDED_BY(mutex_) = 0;
  int gets_ ABSL_GUARDED_BY(mutex_) = 0;
  std::function<void(int)> on_get_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::Search> searches_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::Trial> trials_ ABSL_GUARDED_BY(mutex_);
  v1::SearchPlan plan_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> planned_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::RankedConfiguration> best_ ABSL_GUARDED_BY(mutex_);
  std::string model_ ABSL_GUARDED_BY(mutex_);
  int64_t model_piece_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t model_size_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<v1::Worker> workers_ ABSL_GUARDED_BY(mutex_);
  v1::RunSqlResponse table_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::RunSqlRequest> asked_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> deleted_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::CreateSearchRequest> created_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::ListTrialsRequest> listed_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::RankConfigurationsRequest> ranked_ ABSL_GUARDED_BY(mutex_);
};

// A gRPC server on loopback, port 0, that serves one service.
class FakeServer {
 public:
  explicit FakeServer(grpc::Service& service);
  ~FakeServer();
  const std::string& address() const { return address_; }

 private:
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_CLIENT_FAKE_SEARCH_SERVICE_H_
