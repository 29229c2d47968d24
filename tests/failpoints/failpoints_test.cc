// A real coordinator that dies, waits or fails at every commit boundary
// (reliability R29): nothing that was acknowledged is lost, nothing counts
// twice, and what was not answered may be asked again. A point that is not
// reached fails its test.

#include <gmock/gmock.h>
#include <signal.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "common/failpoint.h"
#include "common/limits.h"
#include "common/rpc/channel.h"
#include "common/rpc/status.h"
#include "etalon/v1/search_service.grpc.pb.h"
#include "etalon/v1/worker_service.grpc.pb.h"
#include "tests/server/coordinator_harness.h"
#include "tests/simulation/event_log.h"
#include "tests/support/process.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace etalon {
namespace {

using ::etalon::testing::EventLog;
using ::etalon::testing::MakeCompletion;
using ::etalon::testing::MakeReport;
using ::etalon::testing::OnlyVerdict;
using ::etalon::testing::Process;
using ::etalon::testing::RandomSpec;
using ::etalon::testing::ReadFile;
using ::etalon::testing::TempDir;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int kTrials = 4;
constexpr int kKilled = 128 + SIGKILL;
constexpr int kLostCommit = 74;  // server/main.cc
// Far beyond what a coordinator takes that is alive.
constexpr absl::Duration kPatience = absl::Seconds(60);

// A coordinator's process, started again without failpoints when it ends.
class Server {
 public:
  explicit Server(const TempDir& folder) : folder_(folder) {}

  const std::string database() const { return folder_.File("etalon.db"); }
  std::string log() const { return ReadFile(folder_.File("log-0")); }
  // How the first process ended, if it did.
  std::optional<int> first_exit() const { return first_exit_; }

  void Start(const std::string& failpoints) {
    const std::string port_file = folder_.File("port");
    std::filesystem::remove(port_file);
    Process::Options options;
    options.error_file = folder_.File(absl::StrCat("log-", starts_++));
    options.environment = {absl::StrCat("ETALON_FAILPOINTS=", failpoints)};
    process_ = std::make_unique<Process>(
        std::vector<std::string>{ETALON_BINARY_DIR "/etalon-server", "--listen",
                                 "127.0.0.1:0", "--database", database(),
                                 "--port-file", port_file},
        options);
    int port = 0;
    const absl::Time deadline = absl::Now() + kPatience;
    while (!absl::SimpleAtoi(ReadFile(port_file), &port) || port == 0) {
      GTEST_CHECK_(absl::Now() < deadline) << log();
      if (RestartIfEnded()) return;
      absl::SleepFor(absl::Milliseconds(10));
    }
    const auto channel = NewChannel(absl::StrCat("127.0.0.1:", port));
    searches_ = v1::SearchService::NewStub(channel);
    workers_ = v1::WorkerService::NewStub(channel);
  }

  // Whether it had.
  bool RestartIfEnded() {
    const std::optional<int> exit = process_->Wait(absl::ZeroDuration());
    if (!exit.has_value()) return false;
    if (!first_exit_.has_value()) first_exit_ = exit;
    GTEST_CHECK_(starts_ < 10) << "it does not stay up\n" << log();
    Start("");
    return true;
  }

  void Stop() {
    // The channel with them: nobody would read the server's goodbye otherwise,
    // and it would wait for its whole grace.
    searches_ = nullptr;
    workers_ = nullptr;
    process_->Signal(SIGTERM);
    EXPECT_EQ(process_->Wait(kPatience), 0) << log();
  }

  v1::SearchService::Stub* searches() { return searches_.get(); }
  v1::WorkerService::Stub* workers() { return workers_.get(); }

 private:
  const TempDir& folder_;
  int starts_ = 0;
  std::optional<int> first_exit_;
  std::unique_ptr<Process> process_;
  std::unique_ptr<v1::SearchService::Stub> searches_;
  std::unique_ptr<v1::WorkerService::Stub> workers_;
};

class FailpointsTest
    : public ::testing::TestWithParam<std::tuple<std::string, std::string>> {
 protected:
  FailpointsTest() : server_(folder_) {}

  const std::string& point() const { return std::get<0>(GetParam()); }
  const std::string& action() const { return std::get<1>(GetParam()); }

  // Once in the middle of the work, where the point is reached there.
  std::string Setting() const {
    const bool at_work =
        (absl::StartsWith(point(), "store.") || point() == "reply") &&
        !absl::StrContains(point(), "checkpoint");
    return absl::StrCat(point(), "=", action(), at_work ? "@3" : "@1");
  }

  // Asks until there is an answer, as every client does.
  template <typename Response, typename StubOf, typename Method,
            typename Request>
  Response Call(StubOf stub_of, Method method, const Request& request) {
    const absl::Time deadline = absl::Now() + kPatience;
    for (;;) {
      grpc::ClientContext context;
      context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(5)));
      Response response;
      const absl::Status status = FromGrpcStatus(
          ((server_.*stub_of)()->*method)(&context, request, &response));
      if (status.ok()) return response;
      GTEST_CHECK_(absl::IsUnavailable(status) ||
                   absl::IsDeadlineExceeded(status))
          << status;
      GTEST_CHECK_(absl::Now() < deadline) << status;
      server_.RestartIfEnded();
      absl::SleepFor(absl::Milliseconds(10));
    }
  }

  void CreateSearch() {
    v1::CreateSearchRequest request;
    *request.mutable_spec() = RandomSpec("s", kTrials);
    request.mutable_spec()->mutable_training()->set_keep_model(v1::KEEP_ALL);
    request.set_request_id("create");
    Call<v1::Search>(&Server::searches, &v1::SearchService::Stub::CreateSearch,
                     request);
  }

  void Register() {
    v1::RegisterWorkerRequest request;
    request.set_display_name("worker");
    request.set_request_id("register");
    worker_ =
        Call<v1::RegisterWorkerResponse>(
            &Server::workers, &v1::WorkerService::Stub::RegisterWorker, request)
            .name();
  }

  // Of all trials enough for the log to be moved into the file.
  void StoreModel(const v1::LeaseToken& token, double accuracy) {
    const std::string piece(kMaxModelPieceBytes, 'w');
    v1::StoreModelRequest request;
    request.set_worker(worker_);
    *request.mutable_token() = token;
    request.set_size_bytes(2 * piece.size());
    request.set_validation_accuracy(accuracy);
    for (const size_t offset : {size_t{0}, piece.size()}) {
      request.set_offset(offset);
      request.set_data(piece);
      EXPECT_TRUE(
          Call<v1::StoreModelResponse>(
              &Server::workers, &v1::WorkerService::Stub::StoreModel, request)
              .wanted());
    }
  }

  // Whether there was one to train.
  bool TrainOne() {
    v1::LeaseTrialsRequest request;
    request.set_worker(worker_);
    request.set_request_id(absl::StrCat("lease-", ++requests_));
    request.set_max_trials(1);
    const auto got = Call<v1::LeaseTrialsResponse>(
        &Server::workers, &v1::WorkerService::Stub::LeaseTrials, request);
    if (got.trials().empty()) return false;
    const v1::LeaseToken& token = got.trials(0).token();
    const double accuracy = 0.5 + requests_ / 64.0;
    StoreModel(token, accuracy);
    ETALON_EXPECT_OK(OnlyVerdict(Call<v1::CompleteTrialsResponse>(
        &Server::workers, &v1::WorkerService::Stub::CompleteTrials,
        MakeReport(worker_, MakeCompletion(token, accuracy)))));
    acknowledged_[token.trial()] = accuracy;
    return true;
  }

  void CheckDatabase() {
    EventLog log(server_.database());
    EXPECT_THAT(log.Query("PRAGMA integrity_check"), ElementsAre("ok"));
    EXPECT_THAT(log.Query("PRAGMA foreign_key_check"), IsEmpty());
    EXPECT_THAT(log.Query("SELECT name, state FROM searches"),
                ElementsAre("s|SUCCEEDED"));
    EXPECT_EQ(log.Number("SELECT count(*) FROM workers"), 1);
    EXPECT_EQ(log.Number("SELECT count(*) FROM results"), kTrials);
    EXPECT_EQ(log.Number("SELECT count(*) FROM attempts"), kTrials);
    EXPECT_EQ(log.Number("SELECT sum(length(data)) FROM model_pieces"),
              int64_t{kTrials} * 2 * static_cast<int64_t>(kMaxModelPieceBytes));
    EXPECT_EQ(acknowledged_.size(), kTrials);
    for (const auto& [trial, accuracy] : acknowledged_) {
      EXPECT_EQ(log.Number(absl::StrCat(
                    "SELECT count(*) FROM trials JOIN results USING (trial_id)"
                    " WHERE 'searches/s/trials/' || number = '",
                    trial, "' AND results.validation_accuracy = ", accuracy)),
                1)
          << trial;
    }
  }

  TempDir folder_;
  Server server_;
  std::string worker_;
  int requests_ = 0;
  std::map<std::string, double> acknowledged_;
};

TEST_P(FailpointsTest, NothingAcknowledgedIsLost) {
  server_.Start(Setting());
  CreateSearch();
  Register();
  while (TrainOne()) {
  }
  const std::string kind = action().substr(0, action().find(':'));
  EXPECT_THAT(server_.log(), ::testing::HasSubstr(absl::StrCat(
                                 "failpoint ", point(), ": ", kind)));
  const bool at_start = absl::StartsWith(point(), "schema.") ||
                        absl::StartsWith(point(), "file.");
  if (kind == "kill") {
    EXPECT_EQ(server_.first_exit(), kKilled);
  } else if (kind == "error" && (point() == "store.after_commit" ||
                                 point() == "store.before_sync")) {
    EXPECT_EQ(server_.first_exit(), kLostCommit);
  } else if (kind == "error" && at_start) {
    EXPECT_EQ(server_.first_exit(), 1);
  } else {
    EXPECT_EQ(server_.first_exit(), std::nullopt);
  }
  server_.Stop();
  CheckDatabase();
}

INSTANTIATE_TEST_SUITE_P(
    EveryPoint, FailpointsTest,
    ::testing::Combine(::testing::ValuesIn(FailpointNames()),
                       ::testing::Values("kill", "sleep:20", "error")),
    [](const auto& info) {
      return absl::StrReplaceAll(
          absl::StrCat(std::get<0>(info.param), "_", std::get<1>(info.param)),
          {{".", "_"}, {":", "_"}});
    });

}  // namespace
}  // namespace etalon
