#include "benchmarks/search_quality/study.h"

#include <grpcpp/client_context.h>

#include <algorithm>
#include <map>
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
constexpr int kImages = 100;
// For a trial, of a second each.
constexpr int kMaxWaits = 60;

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

v1::SearchSpec MakeSpec(const std::string& name, int dimensions,
                        const std::string& sampler, uint64_t seed, int trials) {
  v1::SearchSpec spec;
  spec.set_name(absl::StrCat(name, "-", sampler, "-", seed));
  std::replace(spec.mutable_name()->begin(), spec.mutable_name()->end(), '_',
               '-');
  spec.set_seed(seed);
  spec.mutable_training()->mutable_dataset()->set_name("synthetic");
  spec.mutable_training()->mutable_optimizer()->mutable_adam();
  spec.mutable_training()->mutable_schedule()->mutable_constant();
  spec.mutable_training()->set_epochs(1);
  for (int i = 0; i < dimensions; ++i) {
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

v1::SearchSpec MakeRuleSpec(const Curves& curves, const std::string& rule,
                            uint64_t seed, int trials) {
  v1::SearchSpec spec = MakeSpec("curves", 2, rule, seed, trials);
  // An epoch is one update, and measured.
  spec.mutable_training()->mutable_dataset()->set_train(kImages);
  spec.mutable_training()->set_batch_size(kImages);
  spec.mutable_training()->set_epochs(curves.epochs());
  v1::Stopping& stopping = *spec.mutable_stages(0)->mutable_stopping();
  if (rule == "median") {
    stopping.mutable_median();
  } else if (rule == "halving") {
    stopping.mutable_halving();
  } else if (rule == "asynchronous_halving") {
    stopping.mutable_asynchronous_halving();
  } else if (rule == "hyperband") {
    stopping.mutable_hyperband();
  } else {
    spec.mutable_stages(0)->clear_stopping();
  }
  return spec;
}

// Where in the unit cube the trial lies.
std::vector<double> PointOf(const v1::Trial& trial) {
  std::vector<double> point;
  for (int i = 0; i < trial.parameters_size(); ++i) {
    const Coordinate& coordinate = kCoordinates[i];
    point.push_back((trial.parameters(i).value().number() - coordinate.low) /
                    (coordinate.high - coordinate.low));
  }
  return point;
}

double Evaluate(const Function& function, const v1::Trial& trial) {
  return function.value(PointOf(trial));
}

void AddMeasurement(int update, double accuracy, v1::Completion& completion) {
  v1::Measurement& measurement = *completion.add_measurements();
  measurement.set_update(update);
  measurement.set_epoch(update);
  measurement.set_learning_rate(0.1);
  measurement.mutable_validation()->set_accuracy(accuracy);
}

// Trains on from the completion's measurements until the trial is to stop, as a
// worker does.
void TrainOn(const v1::Trial& trial, const Curves& curves,
             v1::Completion& completion) {
  double best = 0;
  for (const v1::Measurement& measurement : completion.measurements()) {
    best = std::max(best, measurement.validation().accuracy());
  }
  const std::vector<double> point = PointOf(trial);
  for (int epoch = completion.measurements_size() + 1; epoch <= curves.epochs();
       ++epoch) {
    const double accuracy = curves.Accuracy(point, epoch);
    best = std::max(best, accuracy);
    AddMeasurement(epoch, accuracy, completion);
    if (epoch == trial.until_update()) {
      completion.mutable_suspended();
      return;
    }
    for (const v1::Threshold& threshold : trial.thresholds()) {
      if (threshold.update() == epoch && best < threshold.accuracy() &&
          epoch < curves.epochs()) {
        completion.mutable_stopped();
        return;
      }
    }
  }
  completion.mutable_succeeded();
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

const std::vector<std::string>& RuleNames() {
  static const auto& names = *new std::vector<std::string>{
      "random", "median", "halving", "asynchronous_halving", "hyperband"};
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

absl::StatusOr<std::optional<v1::LeasedTrial>> Study::Lease(
    const std::string& search) {
  v1::LeaseTrialsRequest request;
  request.set_worker(worker_);
  request.set_request_id(absl::StrCat("quality-", ++requests_));
  request.set_max_trials(1);
  request.mutable_wait()->set_seconds(1);
  for (int i = 0; i < kMaxWaits; ++i) {
    v1::GetSearchRequest get;
    get.set_name(search);
    v1::Search state;
    ETALON_RETURN_IF_ERROR(
        Call(*searches_, &v1::SearchService::Stub::GetSearch, get, &state));
    if (state.state() == v1::Search::SUCCEEDED) return std::nullopt;
    if (state.state() != v1::Search::RUNNING) {
      return absl::InternalError(
          absl::StrCat(search, " is ", v1::Search::State_Name(state.state()),
                       ": ", state.message()));
    }
    v1::LeaseTrialsResponse response;
    ETALON_RETURN_IF_ERROR(Call(
        *workers_, &v1::WorkerService::Stub::LeaseTrials, request, &response));
    if (!response.trials().empty()) return response.trials(0);
  }
  return absl::DeadlineExceededError(absl::StrCat(search, ": no trial"));
}

absl::StatusOr<std::optional<v1::LeasedTrial>> Study::Complete(
    const v1::Completion& completion) {
  v1::CompleteTrialsRequest request;
  request.set_worker(worker_);
  *request.add_completions() = completion;
  request.mutable_next()->set_request_id(absl::StrCat("quality-", ++requests_));
  request.mutable_next()->set_max_trials(1);
  v1::CompleteTrialsResponse response;
  ETALON_RETURN_IF_ERROR(Call(
      *workers_, &v1::WorkerService::Stub::CompleteTrials, request, &response));
  if (response.verdicts(0).code() != 0) {
    return absl::InternalError(response.verdicts(0).message());
  }
  if (response.trials().empty()) return std::nullopt;
  return response.trials(0);
}

absl::StatusOr<std::vector<double>> Study::Run(const Function& function,
                                               const std::string& sampler,
                                               uint64_t seed, int trials) {
  v1::CreateSearchRequest create;
  *create.mutable_spec() =
      MakeSpec(function.name, function.dimensions, sampler, seed, trials);
  v1::Search search;
  ETALON_RETURN_IF_ERROR(Call(
      *searches_, &v1::SearchService::Stub::CreateSearch, create, &search));
  std::vector<double> regrets;
  std::optional<v1::LeasedTrial> held;
  while (true) {
    if (!held.has_value()) {
      ETALON_ASSIGN_OR_RETURN(held, Lease(search.name()));
      if (!held.has_value()) return regrets;
    }
    const double value = Evaluate(function, held->trial());
    regrets.push_back(value - function.minimum);
    v1::Completion completion;
    *completion.mutable_token() = held->token();
    completion.mutable_succeeded();
    AddMeasurement(
        1,
        1 - (value - function.minimum) / (function.maximum - function.minimum),
        completion);
    ETALON_ASSIGN_OR_RETURN(held, Complete(completion));
  }
}

absl::StatusOr<std::vector<Study::Progress>> Study::RunRule(
    const Curves& curves, const std::string& rule, uint64_t seed, int trials) {
  v1::CreateSearchRequest create;
  *create.mutable_spec() = MakeRuleSpec(curves, rule, seed, trials);
  v1::Search search;
  ETALON_RETURN_IF_ERROR(Call(
      *searches_, &v1::SearchService::Stub::CreateSearch, create, &search));
  std::vector<Progress> course;
  // Of those that wait at a rung.
  std::map<std::string, v1::Completion> suspended;
  Progress progress;
  std::optional<v1::LeasedTrial> held;
  while (true) {
    if (!held.has_value()) {
      ETALON_ASSIGN_OR_RETURN(held, Lease(search.name()));
      if (!held.has_value()) return course;
    }
    const v1::Trial& trial = held->trial();
    v1::Completion completion = std::move(suspended[trial.name()]);
    suspended.erase(trial.name());
    const int earlier = completion.measurements_size();
    *completion.mutable_token() = held->token();
    TrainOn(trial, curves, completion);
    progress.epochs += completion.measurements_size() - earlier;
    if (completion.has_suspended()) {
      v1::StoreCheckpointRequest store;
      store.set_worker(worker_);
      *store.mutable_token() = held->token();
      store.set_size_bytes(1);
      store.set_data("x");
      v1::StoreCheckpointResponse stored;
      ETALON_RETURN_IF_ERROR(Call(*workers_,
                                  &v1::WorkerService::Stub::StoreCheckpoint,
                                  store, &stored));
      suspended[trial.name()] = completion;
    } else if (completion.has_succeeded()) {
      progress.best =
          std::max(progress.best,
                   completion.measurements().rbegin()->validation().accuracy());
    }
    course.push_back(progress);
    ETALON_ASSIGN_OR_RETURN(held, Complete(completion));
  }
}

}  // namespace etalon::benchmark
