#include "tests/client/fake_search_service.h"

#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/rpc/channel.h"

namespace etalon::testing {

void FakeSearchService::FailWith(const grpc::Status& status) {
  MutexLock lock(mutex_);
  status_ = status;
}

void FakeSearchService::FailTimes(int count) {
  MutexLock lock(mutex_);
  failures_left_ = count;
}

void FakeSearchService::AnswerSearches(std::vector<v1::Search> searches) {
  MutexLock lock(mutex_);
  searches_ = std::move(searches);
  gets_ = 0;
}

void FakeSearchService::SetOnGet(std::function<void(int)> on_get) {
  MutexLock lock(mutex_);
  on_get_ = std::move(on_get);
}

void FakeSearchService::AnswerTrials(std::vector<v1::Trial> trials) {
  MutexLock lock(mutex_);
  trials_ = std::move(trials);
}

void FakeSearchService::AnswerBest(std::vector<v1::RankedConfiguration> best) {
  MutexLock lock(mutex_);
  best_ = std::move(best);
}

void FakeSearchService::AnswerWorkers(std::vector<v1::Worker> workers) {
  MutexLock lock(mutex_);
  workers_ = std::move(workers);
}

void FakeSearchService::AnswerPlan(v1::SearchPlan plan) {
  MutexLock lock(mutex_);
  plan_ = std::move(plan);
}

std::vector<std::string> FakeSearchService::planned() const {
  MutexLock lock(mutex_);
  return planned_;
}

void FakeSearchService::AnswerModel(std::string model, int64_t piece,
                                    int64_t size_bytes) {
  MutexLock lock(mutex_);
  model_ = std::move(model);
  model_piece_ = piece;
  model_size_bytes_ = size_bytes;
}

std::vector<v1::CreateSearchRequest> FakeSearchService::created() const {
  MutexLock lock(mutex_);
  return created_;
}

std::vector<v1::ListTrialsRequest> FakeSearchService::listed() const {
  MutexLock lock(mutex_);
  return listed_;
}

std::vector<v1::RankConfigurationsRequest> FakeSearchService::ranked() const {
  MutexLock lock(mutex_);
  return ranked_;
}

grpc::Status FakeSearchService::NextStatus() {
  MutexLock lock(mutex_);
  if (failures_left_ > 0) {
    --failures_left_;
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "not now");
  }
  return status_;
}

grpc::Status FakeSearchService::AnswerSearch(v1::Search* search) {
  const grpc::Status status = NextStatus();
  MutexLock lock(mutex_);
  if (status.ok() && !searches_.empty()) *search = searches_[0];
  return status;
}

grpc::Status FakeSearchService::CreateSearch(
    grpc::ServerContext*, const v1::CreateSearchRequest* request,
    v1::Search* search) {
  const grpc::Status status = NextStatus();
  MutexLock lock(mutex_);
  created_.push_back(*request);
  search->set_name(absl::StrCat("searches/", request->spec().name()));
  search->set_state(v1::Search::RUNNING);
  return status;
}

grpc::Status FakeSearchService::PlanSearch(grpc::ServerContext*,
                                           const v1::PlanSearchRequest* request,
                                           v1::SearchPlan* plan) {
  const grpc::Status status = NextStatus();
  MutexLock lock(mutex_);
  planned_.push_back(request->spec().name());
  *plan = plan_;
  return status;
}

grpc::Status FakeSearchService::GetSearch(grpc::ServerContext*,
                                          const v1::GetSearchRequest*,
                                          v1::Search* search) {
  std::function<void(int)> on_get;
  int calls = 0;
  {
    MutexLock lock(mutex_);
    on_get = on_get_;
    calls = gets_;
  }
  if (on_get) on_get(calls);
  const grpc::Status status = NextStatus();
  MutexLock lock(mutex_);
  if (!status.ok() || searches_.empty()) return status;
  *search = searches_[std::min<size_t>(gets_, searches_.size() - 1)];
  ++gets_;
  return status;
}

grpc::Status FakeSearchService::ListSearches(
    grpc::ServerContext*, const v1::ListSearchesRequest*,
    v1::ListSearchesResponse* response) {
  const grpc::Status status = NextStatus();
  MutexLock lock(mutex_);
  for (const v1::Search& search : searches_) *response->add_searches() = search;
  return status;
}

grpc::Status FakeSearchService::PauseSearch(grpc::ServerContext*,
                                            const v1::PauseSearchRequest*,
                                            v1::Search* search) {
  return AnswerSearch(search);
}

grpc::Status FakeSearchService::ResumeSearch(grpc::ServerContext*,
                                             const v1::ResumeSearchRequest*,
                                             v1::Search* search) {
  return AnswerSearch(search);
}

grpc::Status FakeSearchService::CancelSearch(grpc::ServerContext*,
                                             const v1::CancelSearchRequest*,
                                             v1::Search* search) {
  return AnswerSearch(search);
}

grpc::Status FakeSearchService::ListTrials(grpc::ServerContext*,
                                           const v1::ListTrialsRequest* request,
                                           v1::ListTrialsResponse* response) {
  const grpc::Status status = NextStatus();
  MutexLock lock(mutex_);
  listed_.push_back(*request);
  size_t begin = 0;
  if (!request->page_token().empty() &&
      !absl::SimpleAtoi(request->page_token(), &begin)) {
    return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "page token");
  }
  const size_t end = std::min(begin + 2, trials_.size());
  for (size_t i = begin; i < end; ++i) *response->add_trials() = trials_[i];
  if (end < trials_.size()) response->set_next_page_token(absl::StrCat(end));
  return status;
}

void FakeSearchService::AnswerSql(v1::RunSqlResponse table) {
  MutexLock lock(mutex_);
  table_ = std::move(table);
}

std::vector<v1::RunSqlRequest> FakeSearchService::asked() const {
  MutexLock lock(mutex_);
  return asked_;
}

std::vector<std::string> FakeSearchService::deleted() const {
  MutexLock lock(mutex_);
  return deleted_;
}

grpc::Status FakeSearchService::DeleteSearch(
    grpc::ServerContext*, const v1::DeleteSearchRequest* request,
    v1::DeleteSearchResponse* response) {
  const grpc::Status status = NextStatus();
  MutexLock lock(mutex_);
  if (status.ok()) deleted_.push_back(request->name());
  response->set_trials(5);
  return status;
}

grpc::Status FakeSearchService::RunSql(grpc::ServerContext*,
                                       const v1::RunSqlRequest* request,
                                       v1::RunSqlResponse* response) {
  const grpc::Status status = NextStatus();
  MutexLock lock(mutex_);
  asked_.push_back(*request);
  *response = table_;
  return status;
}

grpc::Status FakeSearchService::GetTrial(grpc::ServerContext*,
                                         const v1::GetTrialRequest*,
                                         v1::Trial* trial) {
  const grpc::Status status = NextStatus();
  MutexLock lock(mutex_);
  if (status.ok() && !trials_.empty()) *trial = trials_[0];
  return status;
}

grpc::Status FakeSearchService::ReadModel(grpc::ServerContext*,
                                          const v1::ReadModelRequest* request,
                                          v1::ReadModelResponse* response) {
  const grpc::Status status = NextStatus();
  MutexLock lock(mutex_);
  if (!status.ok()) return status;
  const size_t offset =
      std::min<size_t>(static_cast<size_t>(request->offset()), model_.size());
  response->set_data(model_.substr(offset, static_cast<size_t>(model_piece_)));
  response->set_size_bytes(model_size_bytes_);
  return status;
}

grpc::Status FakeSearchService::RankConfigurations(
    grpc::ServerContext*, const v1::RankConfigurationsRequest* request,
    v1::RankConfigurationsResponse* response) {
  const grpc::Status status = NextStatus();
  MutexLock lock(mutex_);
  ranked_.push_back(*request);
  for (const auto& one : best_) *response->add_configurations() = one;
  return status;
}

grpc::Status FakeSearchService::ListWorkers(grpc::ServerContext*,
                                            const v1::ListWorkersRequest*,
                                            v1::ListWorkersResponse* response) {
  const grpc::Status status = NextStatus();
  MutexLock lock(mutex_);
  for (const v1::Worker& worker : workers_) *response->add_workers() = worker;
  return status;
}

FakeServer::FakeServer(grpc::Service& service) {
  grpc::ServerBuilder builder;
  ConfigureServer(builder);
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  builder.RegisterService(&service);
  server_ = builder.BuildAndStart();
  GTEST_CHECK_(server_ != nullptr && port > 0);
  address_ = absl::StrCat("127.0.0.1:", port);
}

FakeServer::~FakeServer() { server_->Shutdown(); }

}  // namespace etalon::testing
