// What is wrong with a request whatever the store holds: every field.

#include "server/request_checks.h"

#include <gmock/gmock.h>

#include <limits>
#include <string>

#include "common/limits.h"
#include "tests/server/coordinator_harness.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::ParseTextProto;
using ::etalon::testing::RandomSpec;
using ::etalon::testing::StatusIs;
using ::testing::HasSubstr;

// A good request, an edit in text form laid over it, and the field that the
// refusal must name.
struct BadField {
  std::string edit;
  std::string field;
};

template <typename Request>
void ExpectRefused(const std::string& good, const std::vector<BadField>& bad) {
  ETALON_ASSERT_OK(Check(ParseTextProto<Request>(good)));
  for (const BadField& field : bad) {
    Request request = ParseTextProto<Request>(good);
    request.MergeFrom(ParseTextProto<Request>(field.edit));
    EXPECT_THAT(Check(request), StatusIs(absl::StatusCode::kInvalidArgument,
                                         HasSubstr(field.field)))
        << field.edit;
  }
}

TEST(RequestChecks, RegisterWorker) {
  ExpectRefused<v1::RegisterWorkerRequest>(
      R"pb(
        display_name: "host-1.example_7"
        capabilities { threads: 2 fuse: 4 }
      )pb",
      {{R"(name: "worker/1")", "name"},
       {R"(display_name: "two words")", "display_name"},
       {R"(display_name: ")" + std::string(129, 'x') + "\"", "display_name"},
       {R"(request_id: "a\nb")", "request_id"},
       {R"(request_id: ")" + std::string(129, 'x') + "\"", "request_id"},
       {"capabilities { threads: -1 }", "capabilities.threads"},
       {"capabilities { fuse: 1001 }", "capabilities.fuse"},
       {"capabilities { version: \"" + std::string(129, 'x') + "\" }",
        "capabilities.version"},
       {"capabilities { kernel: \"" + std::string(129, 'x') + "\" }",
        "capabilities.kernel"},
       {"capabilities { datasets { usable: true } }",
        "capabilities.datasets[0].name"},
       {"capabilities { datasets { name: \"x\" path: \"" +
            std::string(257, 'x') + "\" } }",
        "capabilities.datasets[0].path"},
       {"capabilities { datasets { name: \"x\" message: \"" +
            std::string(4097, 'x') + "\" } }",
        "capabilities.datasets[0].message"}});
  EXPECT_THAT(
      Check(v1::RegisterWorkerRequest()),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("display_name")));
}

TEST(RequestChecks, TooManyDatasets) {
  v1::RegisterWorkerRequest request;
  request.set_display_name("w");
  for (int i = 0; i <= kMaxDatasets; ++i) {
    request.mutable_capabilities()->add_datasets()->set_name("x");
  }
  EXPECT_THAT(Check(request), StatusIs(absl::StatusCode::kInvalidArgument,
                                       HasSubstr("capabilities.datasets")));
}

TEST(RequestChecks, LeaseTrials) {
  const std::string good =
      R"pb(
    worker: "workers/1"
    request_id: "r"
    max_trials: 1
    wait { seconds: 60 }
      )pb";
  ExpectRefused<v1::LeaseTrialsRequest>(
      good, {{R"(worker: "1")", "worker"},
             {R"(worker: "workers/0")", "worker"},
             {R"(request_id: "\001")", "request_id"},
             {"max_trials: -1", "max_trials"},
             {"max_trials: 1001", "max_trials"},
             {"wait { seconds: 61 }", "wait"},
             {"wait { seconds: -1 }", "wait"},
             {"wait { nanos: 1000000000 }", "wait"},
             {"wait { nanos: -1 }", "wait"}});
  v1::LeaseTrialsRequest request = ParseTextProto<v1::LeaseTrialsRequest>(good);
  request.clear_request_id();
  EXPECT_THAT(Check(request), StatusIs(absl::StatusCode::kInvalidArgument,
                                       HasSubstr("request_id is empty")));
  request.set_request_id("r");
  request.clear_max_trials();
  EXPECT_THAT(Check(request), StatusIs(absl::StatusCode::kInvalidArgument,
                                       HasSubstr("max_trials is 0")));
}

TEST(RequestChecks, Heartbeat) {
  ExpectRefused<v1::HeartbeatRequest>(
      R"pb(
        worker: "workers/1"
        reports {
          token { trial: "searches/s/trials/1" attempt: 1 }
          measurements {
            update: 5
            validation { accuracy: 1 }
          }
        }
      )pb",
      {{R"(worker: "w")", "worker"},
       {"reports { }", "reports[1].token.trial"},
       {R"(reports { token { trial: "searches/s/trials/1" } })",
        "reports[1].token.attempt"},
       {R"(reports { token { trial: "searches/s/trials/1" attempt: 1 }
                     measurements { update: 0 } })",
        "reports[1].measurements[0].update"},
       {R"(reports { token { trial: "searches/s/trials/1" attempt: 1 }
                     measurements { update: 2 } measurements { update: 2 } })",
        "reports[1].measurements[1].update"},
       {R"(reports { token { trial: "searches/s/trials/1" attempt: 1 }
                     measurements { update: 2 } measurements { update: 1 } })",
        "reports[1].measurements[1].update"}});
}

constexpr char kCompletion[] = R"pb(
  token { trial: "searches/s/trials/1" attempt: 1 }
  succeeded {}
  measurements {
    update: 5
    epoch: 1
    learning_rate: 0.1
    validation { loss: 2 cost: 3 accuracy: 0.5 }
  }
)pb";

TEST(RequestChecks, CompleteTrials) {
  ExpectRefused<v1::CompleteTrialsRequest>(
      R"pb(worker: "workers/1"
           completions {}
           next { request_id: "r" max_trials: 1 })pb",
      {{R"(worker: "w")", "worker"},
       {R"(next { request_id: "\n" })", "next.request_id"},
       {"next { max_trials: -1 }", "next.max_trials"},
       {"next { max_trials: 1001 }", "next.max_trials is 1001"}});
  auto request =
      ParseTextProto<v1::CompleteTrialsRequest>(R"pb(worker: "workers/1")pb");
  EXPECT_THAT(Check(request), StatusIs(absl::StatusCode::kInvalidArgument,
                                       HasSubstr("completions is 0")));
  for (int i = 0; i <= kMaxCompletionsPerCall; ++i) request.add_completions();
  EXPECT_THAT(Check(request), StatusIs(absl::StatusCode::kInvalidArgument,
                                       HasSubstr("completions is 1001")));
  request.mutable_completions()->RemoveLast();
  request.mutable_next()->set_max_trials(1);
  EXPECT_THAT(Check(request), StatusIs(absl::StatusCode::kInvalidArgument,
                                       HasSubstr("next.request_id is empty")));
}

TEST(RequestChecks, Completion) {
  ExpectRefused<v1::Completion>(
      kCompletion,
      {{R"(token { trial: "s/1" })", "token.trial"},
       {"token { attempt: -1 }", "token.attempt"},
       {"training_time { seconds: -1 }", "training_time"},
       {"fusion {}", "fusion.width is 0"},
       {"fusion { width: 1001 }", "fusion.width"},
       {"fusion { width: 1 apart_because: \"" + std::string(4097, 'x') + "\" }",
        "fusion.apart_because"},
       {"measurements { update: 6 }", "validation"},
       {"measurements { update: 5 }", "measurements[1].update"},
       {"measurements { update: 6 weights_update: 6 }",
        "measurements[1].weights_update"},
       {"measurements { update: 6 weights_update: -1 }",
        "measurements[1].weights_update"},
       {"measurements { update: 6 epoch: nan }", "measurements[1].epoch"},
       {"measurements { update: 6 epoch: -1 }", "measurements[1].epoch"},
       {"measurements { update: 6 learning_rate: inf }",
        "measurements[1].learning_rate"},
       {"measurements { update: 6 train { loss: nan } }",
        "measurements[1].train.loss"},
       {"measurements { update: 6 validation { cost: inf } }",
        "measurements[1].validation.cost"},
       {"measurements { update: 6 validation { accuracy: 1.001 } }",
        "measurements[1].validation.accuracy"},
       {"measurements { update: 6 test { accuracy: -0.1 } }",
        "measurements[1].test.accuracy"},
       {"measurements { update: 6 test { accuracy: nan } }",
        "measurements[1].test.accuracy"},
       {"failure { }", "failure.reason"},
       {"failure { reason: WORKER_LOST }", "failure.reason"},
       {"failure { reason: CANCELLED }", "failure.reason"},
       {"failure { reason: DIVERGED }", "failure.update"},
       {"failure { reason: INVALID update: -1 }", "failure.update"},
       {"failure { reason: INVALID message: \"" + std::string(4097, 'x') +
            "\" }",
        "failure.message"}});
}

TEST(RequestChecks, StoreModel) {
  const std::string good = R"pb(
    worker: "workers/1"
    token { trial: "searches/s/trials/1" attempt: 1 }
    size_bytes: 8
    validation_accuracy: 0.5
    offset: 4
    data: "abcd"
  )pb";
  ExpectRefused<v1::StoreModelRequest>(
      good, {{"worker: 'w'", "worker"},
             {"token { trial: 't' }", "token.trial"},
             {"token { attempt: -1 }", "token.attempt"},
             {"size_bytes: -1", "size_bytes"},
             {"validation_accuracy: nan", "validation_accuracy"},
             {"validation_accuracy: 1.5", "validation_accuracy"},
             {"offset: -4", "offset"},
             {"offset: 8", "offset"},
             {"offset: 9223372036854775807", "offset"},
             {"offset: 5", "data's size is 4: must be 1 to 3"}});
  v1::StoreModelRequest request = ParseTextProto<v1::StoreModelRequest>(good);
  request.clear_data();
  EXPECT_THAT(Check(request), StatusIs(absl::StatusCode::kInvalidArgument,
                                       HasSubstr("data's size is 0")));
  request.set_size_bytes(kMaxModelBytes);
  request.set_data(std::string(kMaxModelPieceBytes, 'x'));
  ETALON_EXPECT_OK(Check(request));
  request.mutable_data()->push_back('x');
  EXPECT_THAT(Check(request), StatusIs(absl::StatusCode::kInvalidArgument,
                                       HasSubstr("1048577")));
}

TEST(RequestChecks, ModelLargerThanAnyIsRefusedAsSuch) {
  v1::StoreModelRequest request;
  request.set_worker("workers/1");
  request.mutable_token()->set_trial("searches/s/trials/1");
  request.mutable_token()->set_attempt(1);
  request.set_size_bytes(kMaxModelBytes + 1);
  EXPECT_THAT(Check(request), StatusIs(absl::StatusCode::kResourceExhausted,
                                       HasSubstr("models of up to")));
}

TEST(RequestChecks, StoreCheckpoint) {
  const std::string good = R"pb(
    worker: "workers/1"
    token { trial: "searches/s/trials/1" attempt: 1 }
    size_bytes: 8
    offset: 4
    data: "abcd"
  )pb";
  ExpectRefused<v1::StoreCheckpointRequest>(
      good, {{"worker: 'w'", "worker"},
             {"token { trial: 't' }", "token.trial"},
             {"size_bytes: -1", "size_bytes"},
             {"offset: -4", "offset"},
             {"offset: 8", "offset"},
             {"offset: 5", "data's size is 4: must be 1 to 3"}});
  auto request = ParseTextProto<v1::StoreCheckpointRequest>(good);
  request.set_size_bytes(kMaxCheckpointBytes);
  ETALON_EXPECT_OK(Check(request));
  request.set_size_bytes(kMaxCheckpointBytes + 1);
  EXPECT_THAT(Check(request), StatusIs(absl::StatusCode::kResourceExhausted,
                                       HasSubstr("checkpoints of up to")));
}

TEST(RequestChecks, ReadCheckpoint) {
  ExpectRefused<v1::ReadCheckpointRequest>(
      R"pb(
        worker: "workers/1"
        token { trial: "searches/s/trials/1" attempt: 1 }
      )pb",
      {{"worker: 'w'", "worker"},
       {"token { trial: 't' }", "token.trial"},
       {"offset: -1", "offset"},
       {"offset: 9223372036854775807", "offset"}});
}

TEST(RequestChecks, ReadModel) {
  ExpectRefused<v1::ReadModelRequest>(
      "name: 'searches/s/trials/1'",
      {{"name: 'searches/s'", "name"}, {"offset: -1", "offset"}});
}

TEST(RequestChecks, CompletionNeedsAnOutcomeAndAResult) {
  auto request = ParseTextProto<v1::Completion>(kCompletion);
  request.clear_outcome();
  EXPECT_THAT(Check(request), StatusIs(absl::StatusCode::kInvalidArgument,
                                       HasSubstr("outcome")));
  request.mutable_succeeded();
  request.clear_measurements();
  EXPECT_THAT(Check(request), StatusIs(absl::StatusCode::kInvalidArgument,
                                       HasSubstr("measurements")));
}

TEST(RequestChecks, TooManyMeasurements) {
  auto request = ParseTextProto<v1::Completion>(kCompletion);
  for (int i = 0; i < kMaxMeasurements; ++i) {
    request.add_measurements()->set_update(6 + i);
  }
  EXPECT_THAT(Check(request), StatusIs(absl::StatusCode::kInvalidArgument,
                                       HasSubstr("measurements is 20001")));
}

TEST(RequestChecks, ReturnTrials) {
  ExpectRefused<v1::ReturnTrialsRequest>(
      R"pb(worker: "workers/1")pb",
      {{R"(worker: "workers/01")", "worker"},
       {"tokens { }", "tokens[0].trial"},
       {"message: \"" + std::string(4097, 'x') + "\"", "message"}});
}

TEST(RequestChecks, UnregisterWorker) {
  ExpectRefused<v1::UnregisterWorkerRequest>(
      R"pb(worker: "workers/1")pb",
      {{R"(worker: "worker")", "worker"}, {R"(worker: "1")", "worker"}});
}

TEST(RequestChecks, CreateSearch) {
  EXPECT_THAT(Check(v1::CreateSearchRequest()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("spec")));
  v1::CreateSearchRequest request;
  request.mutable_spec()->set_name("Upper");
  EXPECT_THAT(Check(request),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("name")));
  request.set_request_id(std::string(129, 'x'));
  EXPECT_THAT(Check(request), StatusIs(absl::StatusCode::kInvalidArgument,
                                       HasSubstr("request_id")));
}

TEST(RequestChecks, NamesOfSearchesAndTrials) {
  ExpectRefused<v1::GetSearchRequest>(R"(name: "searches/s")",
                                      {{R"(name: "s")", "name"}});
  ExpectRefused<v1::PauseSearchRequest>(R"(name: "searches/s")",
                                        {{R"(name: "searches/S")", "name"}});
  ExpectRefused<v1::ResumeSearchRequest>(R"(name: "searches/s")",
                                         {{R"(name: "searches/")", "name"}});
  ExpectRefused<v1::CancelSearchRequest>(
      R"(name: "searches/s")", {{R"(name: "searches/s/trials/1")", "name"}});
  ExpectRefused<v1::DeleteSearchRequest>(R"(name: "searches/s")",
                                         {{R"(name: "searches")", "name"}});
  ExpectRefused<v1::GetTrialRequest>(
      R"(name: "searches/s/trials/1")",
      {{R"(name: "searches/s/trials/x")", "name"},
       {R"(name: "searches/s/trials/99999999999999999999")", "name"}});
}

TEST(RequestChecks, PlanSearchTakesWhatCreateSearchTakes) {
  EXPECT_THAT(Check(v1::PlanSearchRequest()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("spec is missing")));
  v1::PlanSearchRequest request;
  *request.mutable_spec() = RandomSpec("s", 3);
  ETALON_EXPECT_OK(Check(request));
  request.mutable_spec()->mutable_stages(0)->mutable_sample()->clear_method();
  EXPECT_THAT(Check(request), StatusIs(absl::StatusCode::kInvalidArgument,
                                       HasSubstr("stages[0]")));
  request.mutable_spec()
      ->mutable_stages(0)
      ->mutable_sample()
      ->mutable_random()
      ->set_count(1'000'000'000);
  EXPECT_THAT(Check(request), StatusIs(absl::StatusCode::kResourceExhausted,
                                       HasSubstr("1000000000")));
}

TEST(RequestChecks, Lists) {
  ExpectRefused<v1::ListSearchesRequest>(
      "", {{"page_size: -1", "page_size"}, {"page_size: 1001", "page_size"}});
  ExpectRefused<v1::ListWorkersRequest>("", {{"page_size: -1", "page_size"}});
  ExpectRefused<v1::ListTrialsRequest>(
      R"(parent: "searches/s")",
      {{R"(parent: "s")", "parent"}, {"page_size: 1001", "page_size"}});
  ExpectRefused<v1::RankConfigurationsRequest>(
      R"(parent: "searches/s")", {{R"(parent: "searches")", "parent"},
                                  {R"(stage: "-")", "stage"},
                                  {"limit: -1", "limit"},
                                  {"by: 99", "by"}});
}

}  // namespace
}  // namespace etalon
