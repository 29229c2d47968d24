#include "benchmarks/search_quality/study.h"

#include <grpcpp/client_context.h>

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/rpc/channel.h"
#include "common/rpc/status.h"
#include "common/status_macros.h"

namespace etalon::benchmark {
namespace {

// Fields of the training that stand for the coordinates of a point: all of them
// numbers that a linear range may have.
struct Coordinate {
  const char* name;
  double low;
  double high;
};
constexpr Coordinate kCoordinates[] = {
    {"lambda", 0, 1},
    {"eta", 0.001, 1},
    {"network.dropout", 0, 0.9},
    {"optimizer.adam.beta1", 0, 0.9},
    {"optimizer.adam.beta2", 0, 0.9},
    {"optimizer.adam.epsilon", 0.001, 1},
};
constexpr int kZoomRounds = 4;

void SetSample(const std::string& sampler, int trials, v1::StageSpec& stage) {
  v1::Sample& sample = *stage.mutable_sample();
  if (sampler == "sobol") {
    sample.mutable_sobol()->set_count(trials);
  } else if (sampler == "latin_hypercube") {
    sample.mutable_latin_hypercube()->set_count(trials);
  } else if (sampler == "tpe" || sampler == "gaussian_process") {
    v1::Sample::ModelBased& model = sampler == "tpe"
                                        ? *sample.mutable_tpe()
                                        : *sample.mutable_gaussian_process();
    model.set_count(trials);
    model.set_look_ahead(1);
  } else if (sampler == "cma_es") {
    sample.mutable_cma_es()->set_count(trials);
  } else if (sampler == "coarse_to_fine") {
    sample.mutable_random()->set_count(trials / kZoomRounds);
    stage.mutable_zoom()->set_rounds(kZoomRounds);
    stage.mutable_zoom()->set_top(3);
  } else {
    sample.mutable_random()->set_count(trials);
  }
}

v1::SearchSpec MakeSpec(const Function& function, const std::string& sampler,
                        uint64_t seed, int trials) {
  v1::SearchSpec spec;
  spec.set_name(absl::StrCat(function.name, "-", sampler, "-", seed));
  std::replace(spec.mutable_name()->begin(), spec.mutable_name()->end(), '_',
               '-');
  spec.set_seed(seed);
  spec.mutable_training()->mutable_dataset()->set_name("synthetic");
  spec.mutable_training()->mutable_optimizer()->mutable_adam();
  spec.mutable_training()->mutable_schedule()->mutable_constant();
  spec.mutable_training()->set_epochs(1);
  for (int i = 0; i < function.dimensions; ++i) {
    v1::Parameter& parameter = *spec.add_parameters();
    parameter.set_name(kCoordinates[i].name);
    parameter.mutable_double_range()->set_minimum(kCoordinates[i].low);
    parameter.mutable_double_range()->set_maximum(kCoordinates[i].high);
  }
  v1::StageSpec& stage = *spec.add_stages();
  stage.set_name("only");
  SetSample(sampler, trials, stage);
  return spec;
}

double Evaluate(const Function& function, const v1::Trial& trial) {
  std::vector<double> point;
  for (int i = 0; i < function.dimensions; ++i) {
    const Coordinate& coordinate = kCoordinates[i];
    point.push_back((trial.parameters(i).value().number() - coordinate.low) /
                    (coordinate.high - coordinate.low));
  }
  return function.value(point);
}

v1::Completion MakeCompletion(const v1::LeaseToken& token, double accuracy) {
  v1::Completion completion;
  *completion.mutable_token() = token;
  completion.mutable_succeeded();
  v1::Measurement& measurement = *completion.add_measurements();
  measurement.set_update(1);
  measurement.set_epoch(1);
  measurement.set_learning_rate(0.1);
  measurement.mutable_validation()->set_accuracy(accuracy);
  return completion;
}

template <typename Stub, typename Method, typename Request, typename Response>
absl::Status Call(Stub& stub, Method method, const Request& request,
                  Response* response) {
  grpc::ClientContext context;
  context.set_wait_for_ready(true);
  return FromGrpcStatus((stub.*method)(&context, request, response));
}

}  // namespace

const std::vector<std::string>& SamplerNames() {
  static const auto& names = *new std::vector<std::string>{
      "random",           "sobol", "latin_hypercube", "coarse_to_fine", "tpe",
      "gaussian_process", "cma_es"};
  return names;
}

Study::Study(std::unique_ptr<v1::SearchService::Stub> searches,
             std::unique_ptr<v1::WorkerService::Stub> workers)
    : searches_(std::move(searches)), workers_(std::move(workers)) {}

absl::StatusOr<Study> Study::Create(const std::string& server) {
  const auto channel = NewChannel(server);
  Study study(v1::SearchService::NewStub(channel),
              v1::WorkerService::NewStub(channel));
  v1::RegisterWorkerRequest request;
  request.set_display_name("search-quality");
  request.mutable_capabilities()->set_threads(1);
  v1::RegisterWorkerResponse response;
  ETALON_RETURN_IF_ERROR(Call(*study.workers_,
                              &v1::WorkerService::Stub::RegisterWorker, request,
                              &response));
  study.worker_ = response.name();
  return study;
}

absl::StatusOr<std::vector<double>> Study::Run(const Function& function,
                                               const std::string& sampler,
                                               uint64_t seed, int trials) {
  v1::CreateSearchRequest create;
  *create.mutable_spec() = MakeSpec(function, sampler, seed, trials);
  v1::Search search;
  ETALON_RETURN_IF_ERROR(Call(
      *searches_, &v1::SearchService::Stub::CreateSearch, create, &search));
  std::vector<double> regrets;
  google::protobuf::RepeatedPtrField<v1::LeasedTrial> held;
  while (static_cast<int>(regrets.size()) < trials) {
    if (held.empty()) {
      v1::LeaseTrialsRequest request;
      request.set_worker(worker_);
      request.set_request_id(absl::StrCat("quality-", ++requests_));
      request.set_max_trials(1);
      request.mutable_wait()->set_seconds(10);
      v1::LeaseTrialsResponse response;
      ETALON_RETURN_IF_ERROR(Call(*workers_,
                                  &v1::WorkerService::Stub::LeaseTrials,
                                  request, &response));
      if (response.trials().empty()) {
        return absl::DeadlineExceededError(
            absl::StrCat(search.name(), ": no trial ", regrets.size() + 1));
      }
      held.Swap(response.mutable_trials());
    }
    const double value = Evaluate(function, held[0].trial());
    regrets.push_back(value - function.minimum);
    v1::CompleteTrialsRequest request;
    request.set_worker(worker_);
    *request.add_completions() = MakeCompletion(
        held[0].token(),
        1 - (value - function.minimum) / (function.maximum - function.minimum));
    request.mutable_next()->set_request_id(
        absl::StrCat("quality-", ++requests_));
    request.mutable_next()->set_max_trials(1);
    v1::CompleteTrialsResponse response;
    ETALON_RETURN_IF_ERROR(Call(*workers_,
                                &v1::WorkerService::Stub::CompleteTrials,
                                request, &response));
    if (response.verdicts(0).code() != 0) {
      return absl::InternalError(response.verdicts(0).message());
    }
    held.Swap(response.mutable_trials());
  }
  return regrets;
}

}  // namespace etalon::benchmark
