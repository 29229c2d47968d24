#include "benchmarks/coordinator/query_latencies.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "benchmarks/coordinator/simulated_worker.h"
#include "common/resource_names.h"
#include "common/rpc/channel.h"
#include "common/rpc/status.h"
#include "common/status_macros.h"
#include "etalon/v1/search_service.grpc.pb.h"
#include "etalon/v1/worker_service.grpc.pb.h"

namespace etalon::benchmark {
namespace {

class Asker {
 public:
  explicit Asker(const AskedSearch& asked)
      : parent_(FormatSearchName(asked.search)),
        channel_(NewChannel(asked.server)),
        searches_(v1::SearchService::NewStub(channel_)),
        workers_(v1::WorkerService::NewStub(channel_)) {}

  absl::Status Register() {
    v1::RegisterWorkerRequest request;
    request.set_display_name("asker");
    request.set_request_id(absl::StrCat("asker of ", parent_));
    v1::RegisterWorkerResponse response;
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    ETALON_RETURN_IF_ERROR(
        FromGrpcStatus(workers_->RegisterWorker(&context, request, &response)));
    worker_ = response.name();
    return absl::OkStatus();
  }

  absl::Status Best() {
    v1::RankConfigurationsRequest request;
    request.set_parent(parent_);
    v1::RankConfigurationsResponse response;
    grpc::ClientContext context;
    return FromGrpcStatus(
        searches_->RankConfigurations(&context, request, &response));
  }

  absl::Status Page(const std::string& filter, const std::string& order) {
    v1::ListTrialsRequest request;
    request.set_parent(parent_);
    request.set_filter(filter);
    request.set_order_by(order);
    v1::ListTrialsResponse response;
    grpc::ClientContext context;
    return FromGrpcStatus(searches_->ListTrials(&context, request, &response));
  }

  absl::Status Counts() {
    v1::GetSearchRequest request;
    request.set_name(parent_);
    v1::Search response;
    grpc::ClientContext context;
    return FromGrpcStatus(searches_->GetSearch(&context, request, &response));
  }

  absl::Status Lease() {
    v1::LeaseTrialsRequest request;
    request.set_worker(worker_);
    request.set_request_id(absl::StrCat("lease ", ++leases_));
    request.set_max_trials(1);
    v1::LeaseTrialsResponse response;
    grpc::ClientContext context;
    ETALON_RETURN_IF_ERROR(
        FromGrpcStatus(workers_->LeaseTrials(&context, request, &response)));
    if (response.trials().empty()) {
      return absl::FailedPreconditionError("nothing is queued any more");
    }
    held_ = response.trials(0);
    return absl::OkStatus();
  }

  absl::Status Complete() {
    v1::CompleteTrialsRequest request;
    request.set_worker(worker_);
    *request.add_completions() = MakeCompletion(held_);
    v1::CompleteTrialsResponse response;
    grpc::ClientContext context;
    return FromGrpcStatus(
        workers_->CompleteTrials(&context, request, &response));
  }

 private:
  const std::string parent_;
  // Shared by the stubs, as gRPC has it.
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<v1::SearchService::Stub> searches_;
  const std::unique_ptr<v1::WorkerService::Stub> workers_;
  std::string worker_;
  int leases_ = 0;
  v1::LeasedTrial held_;
};

struct Question {
  const char* name;
  std::function<absl::Status(Asker&)> ask;
};

std::vector<Question> Questions() {
  return {
      {"best", [](Asker& asker) { return asker.Best(); }},
      {"filtered page",
       [](Asker& asker) {
         return asker.Page("lambda < 1e-2 AND state = SUCCEEDED", "");
       }},
      {"page by accuracy",
       [](Asker& asker) {
         return asker.Page("eta < 0.5", "validation_accuracy desc");
       }},
      {"page of failures, of which there are none",
       [](Asker& asker) {
         return asker.Page("state IN (FAILED, DIVERGED)", "");
       }},
      {"counts", [](Asker& asker) { return asker.Counts(); }},
      {"lease", [](Asker& asker) { return asker.Lease(); }},
      {"completion", [](Asker& asker) { return asker.Complete(); }},
  };
}

double Median(std::vector<double> numbers) {
  std::nth_element(numbers.begin(), numbers.begin() + numbers.size() / 2,
                   numbers.end());
  return numbers[numbers.size() / 2];
}

}  // namespace

absl::StatusOr<nlohmann::json> MeasureQueries(
    const std::vector<AskedSearch>& asked, int rounds, Clock& clock) {
  std::vector<std::unique_ptr<Asker>> askers;
  for (const AskedSearch& search : asked) {
    askers.push_back(std::make_unique<Asker>(search));
    ETALON_RETURN_IF_ERROR(askers.back()->Register());
  }
  const std::vector<Question> questions = Questions();
  // By question and asker.
  std::vector<std::vector<std::vector<double>>> times(
      questions.size(), std::vector<std::vector<double>>(askers.size()));
  // The first round warms up.
  for (int round = 0; round <= rounds; ++round) {
    for (size_t i = 0; i < questions.size(); ++i) {
      for (size_t j = 0; j < askers.size(); ++j) {
        const absl::Duration start = clock.Monotonic();
        ETALON_RETURN_IF_ERROR(questions[i].ask(*askers[j]));
        if (round == 0) continue;
        times[i][j].push_back(
            absl::ToDoubleMilliseconds(clock.Monotonic() - start));
      }
    }
  }
  nlohmann::json medians;
  for (size_t i = 0; i < questions.size(); ++i) {
    for (std::vector<double>& of_asker : times[i]) {
      medians[questions[i].name].push_back(Median(std::move(of_asker)));
    }
  }
  return medians;
}

}  // namespace etalon::benchmark
