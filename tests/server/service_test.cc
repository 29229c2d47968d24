// The two services over a real connection.

#include <gmock/gmock.h>

#include <set>
#include <string>
#include <thread>

#include "tests/server/coordinator_harness.h"
#include "tests/server/server_fixture.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::MakeCompletion;
using ::etalon::testing::MakeReport;
using ::etalon::testing::OnlyVerdict;
using ::etalon::testing::RandomSpec;
using ::etalon::testing::RefiningSpec;
using ::etalon::testing::ServerFixture;
using ::etalon::testing::StatusIs;
using ::testing::_;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

using Searches = v1::SearchService::Stub;
using Workers = v1::WorkerService::Stub;

class ServiceTest : public ServerFixture {
 protected:
  // Leases and completes all there is; accuracies fall with the number.
  void TrainAll(const std::string& worker) {
    int trained = 0;
    for (v1::LeaseTrialsResponse got = *Lease(MakeLeaseRequest(worker));
         !got.trials().empty(); got = *Lease(MakeLeaseRequest(worker))) {
      for (const v1::LeasedTrial& leased : got.trials()) {
        ETALON_ASSERT_OK(OnlyVerdict(
            Call(*workers_, &Workers::CompleteTrials,
                 MakeReport(worker, MakeCompletion(leased.token(),
                                                   1.0 / (2 + trained++))))));
      }
    }
  }

  template <typename Request>
  static Request Named(const std::string& name) {
    Request request;
    request.set_name(name);
    return request;
  }
};

TEST_F(ServiceTest, SearchRunsFromCreationToRanking) {
  ETALON_ASSERT_OK(Create(RefiningSpec("s", 4, 3)));
  TrainAll(Register());
  const auto search = *Call(*searches_, &Searches::GetSearch,
                            Named<v1::GetSearchRequest>("searches/s"));
  EXPECT_EQ(search.state(), v1::Search::SUCCEEDED);

  v1::RankConfigurationsRequest rank;
  rank.set_parent("searches/s");
  rank.set_stage("coarse");
  rank.set_limit(2);
  const auto ranked = *Call(*searches_, &Searches::RankConfigurations, rank);
  ASSERT_THAT(ranked.configurations(), SizeIs(2));
  EXPECT_EQ(ranked.configurations(0).configuration(), 0);
  EXPECT_EQ(ranked.configurations(0).validation_accuracy().mean(), 0.5);
  rank.clear_stage();
  rank.clear_limit();
  EXPECT_THAT(
      Call(*searches_, &Searches::RankConfigurations, rank)->configurations(),
      SizeIs(8));
}

TEST_F(ServiceTest, PlanCountsAndKnowsTrialsOfTheSameShape) {
  v1::PlanSearchRequest request;
  *request.mutable_spec() = RefiningSpec("s", 4, 3);
  const auto before = *Call(*searches_, &Searches::PlanSearch, request);
  ASSERT_THAT(before.stages(), SizeIs(3));
  EXPECT_EQ(before.stages(0).name(), "coarse");
  EXPECT_EQ(before.stages(0).trials(), 4);
  ASSERT_THAT(before.stages(0).shapes(), SizeIs(1));
  EXPECT_THAT(before.stages(0).shapes(0).rates(), SizeIs(0));
  EXPECT_THAT(Call(*searches_, &Searches::GetSearch,
                   Named<v1::GetSearchRequest>("searches/s")),
              StatusIs(absl::StatusCode::kNotFound,
                       HasSubstr("searches/s")));  // a plan starts nothing

  ETALON_ASSERT_OK(Create(request.spec()));
  const std::string worker = Register();
  TrainAll(worker);
  const auto after = *Call(*searches_, &Searches::PlanSearch, request);
  ASSERT_THAT(after.stages(0).shapes(0).rates(), SizeIs(1));
  const v1::TrainingRate& rate = after.stages(0).shapes(0).rates(0);
  EXPECT_EQ(rate.worker(), worker);
  EXPECT_EQ(rate.trials(), 8);
  // As the reports say: 100 updates in 0.123 s.
  EXPECT_DOUBLE_EQ(rate.seconds_per_update(), 0.00123456789);
  EXPECT_EQ(rate.deviation(), 0);

  request.mutable_spec()->mutable_training()->set_batch_size(7);
  const auto other = *Call(*searches_, &Searches::PlanSearch, request);
  EXPECT_THAT(other.stages(0).shapes(0).rates(), SizeIs(0));
}

TEST_F(ServiceTest, PlanWritesZoomsOut) {
  v1::PlanSearchRequest request;
  *request.mutable_spec() = RandomSpec("s", 4);
  v1::Zoom& zoom = *request.mutable_spec()->mutable_stages(0)->mutable_zoom();
  zoom.set_rounds(3);
  zoom.set_top(2);
  const auto plan = *Call(*searches_, &Searches::PlanSearch, request);
  ASSERT_THAT(plan.stages(), SizeIs(3));
  EXPECT_EQ(plan.stages(0).name(), "coarse-1");
  EXPECT_EQ(plan.stages(2).name(), "coarse");
  for (const v1::PlannedStage& stage : plan.stages()) {
    EXPECT_EQ(stage.trials(), 4);
  }
}

TEST_F(ServiceTest, TrialShowsTheParametersInItsTraining) {
  ETALON_ASSERT_OK(Create(RandomSpec("s", 1)));
  const auto trial = *Call(*searches_, &Searches::GetTrial,
                           Named<v1::GetTrialRequest>("searches/s/trials/1"));
  EXPECT_EQ(trial.training().lambda(), trial.parameters(0).value().number());
  EXPECT_EQ(trial.training().schedule().constant().eta(),
            trial.parameters(1).value().number());
}

TEST_F(ServiceTest, PauseResumeAndCancelAreAnswered) {
  ETALON_ASSERT_OK(Create(RandomSpec("s", 1)));
  EXPECT_EQ(Call(*searches_, &Searches::PauseSearch,
                 Named<v1::PauseSearchRequest>("searches/s"))
                ->state(),
            v1::Search::PAUSED);
  EXPECT_EQ(Call(*searches_, &Searches::ResumeSearch,
                 Named<v1::ResumeSearchRequest>("searches/s"))
                ->state(),
            v1::Search::RUNNING);
  EXPECT_EQ(Call(*searches_, &Searches::CancelSearch,
                 Named<v1::CancelSearchRequest>("searches/s"))
                ->state(),
            v1::Search::CANCELLED);
}

TEST_F(ServiceTest, WorkerReportsAndSaysGoodbye) {
  ETALON_ASSERT_OK(Create(RandomSpec("s", 1)));
  const std::string worker = Register();
  const v1::LeaseTrialsResponse leased = *Lease(MakeLeaseRequest(worker));
  v1::HeartbeatRequest heartbeat;
  heartbeat.set_worker(worker);
  *heartbeat.add_reports()->mutable_token() = leased.trials(0).token();
  EXPECT_EQ(
      Call(*workers_, &Workers::Heartbeat, heartbeat)->directives(0).action(),
      v1::Directive::CONTINUE);
  v1::ReturnTrialsRequest hand_back;
  hand_back.set_worker(worker);
  *hand_back.add_tokens() = leased.trials(0).token();
  ETALON_EXPECT_OK(Call(*workers_, &Workers::ReturnTrials, hand_back));
  v1::UnregisterWorkerRequest goodbye;
  goodbye.set_worker(worker);
  ETALON_EXPECT_OK(Call(*workers_, &Workers::UnregisterWorker, goodbye));
  const auto list =
      *Call(*searches_, &Searches::ListWorkers, v1::ListWorkersRequest());
  ASSERT_THAT(list.workers(), SizeIs(1));
  EXPECT_EQ(list.workers(0).state(), v1::Worker::GONE);
}

TEST_F(ServiceTest, RegistrationTellsHowOftenToSpeak) {
  v1::RegisterWorkerRequest request;
  request.set_display_name("worker");
  request.set_request_id("id");
  const auto first = *Call(*workers_, &Workers::RegisterWorker, request);
  EXPECT_EQ(first.lease_duration().seconds(), 30);
  EXPECT_EQ(first.heartbeat_interval().seconds(), 10);
  EXPECT_EQ(Call(*workers_, &Workers::RegisterWorker, request)->name(),
            first.name())
      << "a repeat gives the same worker";
  request.set_name("workers/77");
  EXPECT_THAT(Call(*workers_, &Workers::RegisterWorker, request),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("workers/77")));
}

TEST_F(ServiceTest, PagesListEverySearchOnce) {
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    ETALON_ASSERT_OK(Create(RandomSpec(name, 1)));
  }
  v1::ListSearchesRequest request;
  request.set_page_size(2);
  std::vector<std::string> names;
  int pages = 0;
  do {
    const auto page = *Call(*searches_, &Searches::ListSearches, request);
    for (const v1::Search& search : page.searches()) {
      names.push_back(search.name());
    }
    request.set_page_token(page.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(pages, 3);
  EXPECT_THAT(names,
              ::testing::ElementsAre("searches/e", "searches/d", "searches/c",
                                     "searches/b", "searches/a"));
}

TEST_F(ServiceTest, PagesListEveryTrialOnce) {
  ETALON_ASSERT_OK(Create(RandomSpec("s", 5)));
  v1::ListTrialsRequest request;
  request.set_parent("searches/s");
  request.set_page_size(2);
  std::set<std::string> names;
  int listed = 0;
  do {
    const auto page = *Call(*searches_, &Searches::ListTrials, request);
    for (const v1::Trial& trial : page.trials()) names.insert(trial.name());
    listed += page.trials_size();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, 5);
  EXPECT_THAT(names, SizeIs(5));
}

TEST_F(ServiceTest, TokenOfNoPageIsRefused) {
  for (const char* name : {"a", "b"}) {
    ETALON_ASSERT_OK(Create(RandomSpec(name, 3)));
  }
  v1::ListSearchesRequest searches;
  searches.set_page_token("no token");
  EXPECT_THAT(Call(*searches_, &Searches::ListSearches, searches),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("token")));
  v1::ListTrialsRequest trials;
  trials.set_parent("searches/a");
  trials.set_page_size(1);
  const std::string token =
      Call(*searches_, &Searches::ListTrials, trials)->next_page_token();
  searches.set_page_token(token);
  EXPECT_THAT(Call(*searches_, &Searches::ListSearches, searches),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("token")))
      << "of another list";
}

TEST_F(ServiceTest, WhatIsNotThereIsNamed) {
  ETALON_ASSERT_OK(Create(RandomSpec("s", 1)));
  EXPECT_THAT(Call(*searches_, &Searches::GetSearch,
                   Named<v1::GetSearchRequest>("searches/nowhere")),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("nowhere")));
  EXPECT_THAT(
      Call(*searches_, &Searches::GetTrial,
           Named<v1::GetTrialRequest>("searches/s/trials/2")),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("searches/s/trials/2")));
  v1::ListTrialsRequest trials;
  trials.set_parent("searches/nowhere");
  EXPECT_THAT(Call(*searches_, &Searches::ListTrials, trials),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("nowhere")));
  v1::RankConfigurationsRequest rank;
  rank.set_parent("searches/s");
  rank.set_stage("nostage");
  EXPECT_THAT(Call(*searches_, &Searches::RankConfigurations, rank),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("nostage")));
}

TEST_F(ServiceTest, BadInputIsRefusedWithItsField) {
  EXPECT_THAT(Create(v1::SearchSpec()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("name")));
  EXPECT_THAT(Call(*searches_, &Searches::PlanSearch, v1::PlanSearchRequest()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("spec")));
  EXPECT_THAT(
      Call(*workers_, &Workers::LeaseTrials, v1::LeaseTrialsRequest()),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("worker")));
  EXPECT_THAT(
      Call(*workers_, &Workers::CompleteTrials, v1::CompleteTrialsRequest()),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("worker")));
  v1::ListTrialsRequest trials;
  trials.set_parent("searches/s");
  trials.set_page_size(-1);
  EXPECT_THAT(
      Call(*searches_, &Searches::ListTrials, trials),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("page_size")));
}

TEST_F(ServiceTest, ModelIsReadAsItWasStored) {
  v1::SearchSpec spec = RandomSpec("s", 1);
  spec.mutable_training()->set_keep_model(v1::KEEP_BEST);
  ETALON_ASSERT_OK(Create(spec));
  v1::ReadModelRequest read;
  read.set_name("searches/s/trials/1");
  EXPECT_THAT(Call(*searches_, &Searches::ReadModel, read),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("the trial is QUEUED")));
  const std::string worker = Register();
  v1::StoreModelRequest store;
  store.set_worker(worker);
  *store.mutable_token() = Lease(MakeLeaseRequest(worker))->trials(0).token();
  store.set_size_bytes((1 << 20) + 3);
  for (const std::string& piece :
       {std::string(1 << 20, 'a'), std::string("bcd")}) {
    store.set_data(piece);
    EXPECT_TRUE(Call(*workers_, &Workers::StoreModel, store)->wanted());
    store.set_offset(1 << 20);
  }
  ETALON_ASSERT_OK(OnlyVerdict(
      Call(*workers_, &Workers::CompleteTrials,
           MakeReport(worker, MakeCompletion(store.token(), 0.5)))));
  const auto first = *Call(*searches_, &Searches::ReadModel, read);
  EXPECT_EQ(first.data(), std::string(1 << 20, 'a'));
  EXPECT_EQ(first.size_bytes(), (1 << 20) + 3);
  read.set_offset((1 << 20) + 1);
  EXPECT_EQ(Call(*searches_, &Searches::ReadModel, read)->data(), "cd");
  read.set_offset((1 << 20) + 3);
  EXPECT_EQ(Call(*searches_, &Searches::ReadModel, read)->data(), "");
  read.set_name("searches/s/trials/2");
  EXPECT_THAT(Call(*searches_, &Searches::ReadModel, read),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("trials/2")));
}

TEST_F(ServiceTest, MessageAboveTheLimitIsRefused) {
  v1::ReturnTrialsRequest request;
  request.set_worker("workers/1");
  request.set_message(std::string(5 << 20, 'x'));
  EXPECT_THAT(Call(*workers_, &Workers::ReturnTrials, request),
              StatusIs(absl::StatusCode::kResourceExhausted, _));
}

TEST_F(ServiceTest, WaitingLeaseIsAnsweredByANewSearch) {
  const std::string worker = Register();
  absl::StatusOr<v1::LeaseTrialsResponse> got;
  std::thread waiting([&] { got = Lease(MakeLeaseRequest(worker, 60)); });
  ETALON_EXPECT_OK(Create(RandomSpec("s", 2)));
  waiting.join();
  ETALON_ASSERT_OK(got);
  EXPECT_THAT(got->trials(), SizeIs(2));
}

TEST_F(ServiceTest, ClientThatHangsUpTakesNothing) {
  const std::string worker = Register();
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::milliseconds(50));
  v1::LeaseTrialsResponse response;
  const grpc::Status status =
      workers_->LeaseTrials(&context, MakeLeaseRequest(worker, 60), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  // Shutdown waits until every call is finished.
  server_->Shutdown();
  Start(MakeOptions());
  ETALON_ASSERT_OK(Create(RandomSpec("s", 1)));
  EXPECT_THAT(Lease(MakeLeaseRequest(worker))->trials(), SizeIs(1));
}

}  // namespace
}  // namespace etalon
