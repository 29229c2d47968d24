#include "tests/server/coordinator_harness.h"

#include <gmock/gmock.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "common/log.h"
#include "server/durations.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon::testing {
namespace {

constexpr char kBaseSpec[] = R"pb(
  name: "$0"
  seed: 7
  training {
    dataset { name: "synthetic" }
    schedule { constant {} }
    epochs: 1
  }
  parameters {
    name: "lambda"
    double_range { minimum: 1e-5 maximum: 1e-1 scale: LOG }
  }
  parameters {
    name: "eta"
    double_range { minimum: 1e-3 maximum: 1 scale: LOG }
  }
  stages {
    name: "coarse"
    sample { random { count: $1 } }
  }
)pb";

// Aborts the test program on an error: what the harness needs must work.
template <typename T>
T Must(absl::StatusOr<T> result) {
  GTEST_CHECK_(result.ok()) << result.status();
  return *std::move(result);
}

}  // namespace

v1::SearchSpec RandomSpec(const std::string& name, int trials) {
  return ParseTextProto<v1::SearchSpec>(
      absl::Substitute(kBaseSpec, name, trials));
}

v1::SearchSpec RefiningSpec(const std::string& name, int coarse, int fine) {
  return ParseTextProto<v1::SearchSpec>(
      absl::StrCat(absl::Substitute(kBaseSpec, name, coarse),
                   absl::Substitute(R"pb(
                                      stages {
                                        name: "fine"
                                        sample { random { count: $0 } }
                                        refine { from: "coarse" top: 2 }
                                      }
                                      stages {
                                        name: "final"
                                        take { from: "fine" top: 1 }
                                        evaluate_test: true
                                      }
                                    )pb",
                                    fine)));
}

v1::Completion MakeCompletion(const v1::LeaseToken& token, double accuracy) {
  v1::Completion completion;
  *completion.mutable_token() = token;
  completion.mutable_succeeded();
  v1::Measurement& measurement = *completion.add_measurements();
  measurement.set_update(100);
  measurement.set_epoch(1);
  measurement.set_learning_rate(0.01);
  measurement.mutable_validation()->set_loss(1.5);
  measurement.mutable_validation()->set_cost(1.6);
  measurement.mutable_validation()->set_accuracy(accuracy);
  completion.mutable_training_time()->set_nanos(123'456'789);
  return completion;
}

v1::CompleteTrialsRequest MakeReport(const std::string& worker,
                                     const v1::Completion& completion) {
  v1::CompleteTrialsRequest request;
  request.set_worker(worker);
  *request.add_completions() = completion;
  return request;
}

absl::Status ToStatus(const v1::Verdict& verdict) {
  return absl::Status(static_cast<absl::StatusCode>(verdict.code()),
                      verdict.message());
}

absl::Status OnlyVerdict(
    const absl::StatusOr<v1::CompleteTrialsResponse>& response) {
  if (!response.ok()) return response.status();
  GTEST_CHECK_(response->verdicts_size() == 1) << response->ShortDebugString();
  return ToStatus(response->verdicts(0));
}

CoordinatorHarness::CoordinatorHarness(const Coordinator::Options& options)
    : options_(options) {
  SetLogLevel(LogLevel::kError);
  Open();
}

CoordinatorHarness::~CoordinatorHarness() { Close(); }

void CoordinatorHarness::Open() {
  store_ = std::make_unique<FaultyStore>(
      Must(SqliteStore::Open({folder_.File("test.db"), 42})));
  reader_ = Must(store_->NewReader());
  proposals_ = Must(store_->NewReader());
  writer_ = std::make_unique<Writer>(*store_);
  coordinator_ = std::make_unique<Coordinator>(
      options_, store_->database_generation(), *writer_, clock_,
      [this](const StageKey& stage) {
        coordinator_->Adopt(stage, ProposeConfigurations(*proposals_, stage));
      });
  std::promise<absl::Status> started;
  coordinator_->Start(
      [&started](const absl::Status& status) { started.set_value(status); });
  GTEST_CHECK_(started.get_future().get().ok());
}

void CoordinatorHarness::Close() {
  // Calls that wait have nobody left to answer them; the test still holds their
  // futures.
  coordinator_->Drain();
  writer_->Stop();
  coordinator_ = nullptr;
  writer_ = nullptr;
  reader_ = nullptr;
  proposals_ = nullptr;
  store_ = nullptr;
}

void CoordinatorHarness::Restart() {
  Close();
  Open();
}

void CoordinatorHarness::Elapse(absl::Duration duration) {
  while (duration > absl::ZeroDuration()) {
    const absl::Duration step = std::min(duration, absl::Seconds(1));
    clock_.Advance(step);
    coordinator_->Tick();
    Settle();
    duration -= step;
  }
}

void CoordinatorHarness::Stall(absl::Duration duration) {
  clock_.Advance(duration);
  coordinator_->Tick();
  Settle();
}

void CoordinatorHarness::Settle() {
  // What a tick submits may wake calls, which submit again: three deep.
  for (int depth = 0; depth < 4; ++depth) {
    std::promise<void> done;
    writer_->Post([this, &done] {
      writer_->WhenDurable([&done](const absl::Status&) { done.set_value(); });
    });
    done.get_future().wait();
  }
}

CoordinatorHarness::Hold CoordinatorHarness::HoldWriter() {
  auto held = std::make_shared<std::promise<void>>();
  auto release = std::make_shared<std::promise<void>>();
  Hold hold = {held->get_future(), release};
  writer_->Post([held, released = release->get_future().share()] {
    held->set_value();
    released.wait();
  });
  return hold;
}

absl::StatusOr<v1::Search> CoordinatorHarness::Create(
    const v1::SearchSpec& spec, const std::string& request_id) {
  v1::CreateSearchRequest request;
  *request.mutable_spec() = spec;
  request.set_request_id(request_id);
  return Call<v1::Search>(&Coordinator::CreateSearch, request);
}

absl::StatusOr<v1::Search> CoordinatorHarness::Pause(
    const std::string& search) {
  v1::PauseSearchRequest request;
  request.set_name(search);
  return Call<v1::Search>(&Coordinator::PauseSearch, request);
}

absl::StatusOr<v1::Search> CoordinatorHarness::Resume(
    const std::string& search) {
  v1::ResumeSearchRequest request;
  request.set_name(search);
  return Call<v1::Search>(&Coordinator::ResumeSearch, request);
}

absl::StatusOr<v1::Search> CoordinatorHarness::Cancel(
    const std::string& search) {
  v1::CancelSearchRequest request;
  request.set_name(search);
  return Call<v1::Search>(&Coordinator::CancelSearch, request);
}

std::string CoordinatorHarness::Register(const std::string& display_name,
                                         int threads) {
  v1::RegisterWorkerRequest request;
  request.set_display_name(display_name);
  request.mutable_capabilities()->set_threads(threads);
  request.set_request_id(absl::StrCat("register-", next_request_++));
  return Must(Call<v1::RegisterWorkerResponse>(&Coordinator::RegisterWorker,
                                               request))
      .name();
}

absl::Status CoordinatorHarness::SetUsable(const std::string& worker,
                                           const std::string& dataset,
                                           bool usable,
                                           const std::string& path) {
  v1::RegisterWorkerRequest request;
  request.set_name(worker);
  request.set_display_name("changed");
  v1::DatasetStatus& status = *request.mutable_capabilities()->add_datasets();
  status.set_name(dataset);
  status.set_usable(usable);
  status.set_path(path);
  return Call<v1::RegisterWorkerResponse>(&Coordinator::RegisterWorker, request)
      .status();
}

absl::Status CoordinatorHarness::Unregister(const std::string& worker) {
  v1::UnregisterWorkerRequest request;
  request.set_worker(worker);
  return Call<v1::UnregisterWorkerResponse>(&Coordinator::UnregisterWorker,
                                            request)
      .status();
}

absl::StatusOr<v1::LeaseTrialsResponse> CoordinatorHarness::Lease(
    const std::string& worker, int max_trials, std::string request_id) {
  v1::LeaseTrialsRequest request;
  request.set_worker(worker);
  request.set_max_trials(max_trials);
  request.set_request_id(request_id.empty()
                             ? absl::StrCat("lease-", next_request_++)
                             : request_id);
  return Call<v1::LeaseTrialsResponse>(&Coordinator::LeaseTrials, request);
}

v1::LeasedTrial CoordinatorHarness::LeaseOne(const std::string& worker) {
  const v1::LeaseTrialsResponse response = Must(Lease(worker));
  GTEST_CHECK_(response.trials_size() == 1) << response.ShortDebugString();
  return response.trials(0);
}

std::future<absl::StatusOr<v1::LeaseTrialsResponse>>
CoordinatorHarness::LeaseWaiting(const std::string& worker, absl::Duration wait,
                                 LeaseCallPtr* cancel) {
  using Result = absl::StatusOr<v1::LeaseTrialsResponse>;
  v1::LeaseTrialsRequest request;
  request.set_worker(worker);
  request.set_max_trials(1);
  request.set_request_id(absl::StrCat("lease-", next_request_++));
  *request.mutable_wait() = ToProto(wait);
  auto answer = std::make_shared<std::promise<Result>>();
  std::future<Result> future = answer->get_future();
  const LeaseCallPtr call = coordinator_->LeaseTrials(
      request,
      [answer](Result result) { answer->set_value(std::move(result)); });
  if (cancel != nullptr) *cancel = call;
  Settle();
  return future;
}

v1::Directive::Action CoordinatorHarness::Heartbeat(
    const std::string& worker, const v1::LeaseToken& token,
    const std::string& measurements) {
  v1::HeartbeatRequest request;
  request.set_worker(worker);
  v1::TrialReport& report = *request.add_reports();
  report = ParseTextProto<v1::TrialReport>(measurements);
  *report.mutable_token() = token;
  const v1::HeartbeatResponse response =
      Must(Call<v1::HeartbeatResponse>(&Coordinator::Heartbeat, request));
  GTEST_CHECK_(response.directives_size() == 1);
  return response.directives(0).action();
}

absl::Status CoordinatorHarness::Report(const std::string& worker,
                                        const v1::Completion& completion) {
  return OnlyVerdict(Call<v1::CompleteTrialsResponse>(
      &Coordinator::CompleteTrials, MakeReport(worker, completion)));
}

absl::Status CoordinatorHarness::Complete(const std::string& worker,
                                          const v1::LeaseToken& token,
                                          double accuracy) {
  return Report(worker, MakeCompletion(token, accuracy));
}

absl::Status CoordinatorHarness::Fail(const std::string& worker,
                                      const v1::LeaseToken& token,
                                      v1::Failure::Reason reason) {
  v1::Completion completion;
  *completion.mutable_token() = token;
  completion.mutable_failure()->set_reason(reason);
  completion.mutable_failure()->set_update(17);
  completion.mutable_failure()->set_message("so it was");
  return Report(worker, completion);
}

absl::Status CoordinatorHarness::Return(const std::string& worker,
                                        const v1::LeaseToken& token,
                                        const std::string& message) {
  v1::ReturnTrialsRequest request;
  request.set_worker(worker);
  *request.add_tokens() = token;
  request.set_message(message);
  return Call<v1::ReturnTrialsResponse>(&Coordinator::ReturnTrials, request)
      .status();
}

v1::Search CoordinatorHarness::GetSearch(const std::string& search) {
  return Must(reader_->GetSearch(search));
}

v1::Trial CoordinatorHarness::GetTrial(const std::string& search,
                                       int64_t number) {
  return Must(reader_->GetTrial(search, number));
}

}  // namespace etalon::testing
