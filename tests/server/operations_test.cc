// What operators use of a real server: its metrics, a look before the start,
// and database commands while it runs.

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>

#include "server/database_command.h"
#include "server/preflight.h"
#include "tests/server/coordinator_harness.h"
#include "tests/server/server_fixture.h"
#include "tests/support/small_disk.h"
#include "tests/support/status_matchers.h"

namespace etalon::testing {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

// The body of http://127.0.0.1:port/metrics.
std::string Scrape(int port) {
  const int peer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(
      connect(peer, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  const std::string request =
      "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  EXPECT_EQ(write(peer, request.data(), request.size()),
            static_cast<ssize_t>(request.size()));
  std::string answer;
  char buffer[4096];
  for (ssize_t size; (size = read(peer, buffer, sizeof(buffer))) > 0;) {
    answer.append(buffer, static_cast<size_t>(size));
  }
  close(peer);
  return answer;
}

class OperationsTest : public ServerFixture {
 protected:
  // With metrics, on a database of its own.
  void StartWithMetrics() {
    server_.reset();
    Server::Options options = MakeOptions();
    options.metrics = ListenAddress{"127.0.0.1", 0};
    Start(options);
  }

  absl::Status Complete(const std::string& worker,
                        const v1::LeaseToken& token) {
    return OnlyVerdict(Call<v1::CompleteTrialsResponse>(
        *workers_, &v1::WorkerService::Stub::CompleteTrials,
        MakeReport(worker, MakeCompletion(token, 0.5))));
  }

  absl::StatusOr<v1::Search> CreateSearch(const std::string& name) {
    v1::CreateSearchRequest request;
    *request.mutable_spec() = RandomSpec(name, 3);
    request.set_request_id(name);
    return Call<v1::Search>(*searches_, &v1::SearchService::Stub::CreateSearch,
                            request);
  }
  absl::Status ListSearches() {
    return Call<v1::ListSearchesResponse>(
               *searches_, &v1::SearchService::Stub::ListSearches,
               v1::ListSearchesRequest())
        .status();
  }

  // What `etalon db` with these arguments answers.
  struct Answer {
    int exit_code = -1;
    std::string out;
    std::string err;
  };
  Answer Db(const std::vector<std::string>& arguments) {
    std::ostringstream out;
    std::ostringstream err;
    DatabaseCommandContext context{
        .out = out, .err = err, .clock = SystemClock(), .random = 4242};
    Answer answer;
    answer.exit_code = RunDatabaseCommand(arguments, context);
    answer.out = out.str();
    answer.err = err.str();
    return answer;
  }

  std::string database() const { return folder_.File("test.db"); }
};

// ---- metrics ----

TEST_F(OperationsTest, MetricsTellOfCallsCommitsAndWhatThereIs) {
  StartWithMetrics();
  ETALON_ASSERT_OK(CreateSearch("s"));
  EXPECT_FALSE(CreateSearch("S").ok());
  v1::RegisterWorkerRequest worker;
  worker.set_display_name("w");
  worker.set_request_id("w");
  const auto registered = Call<v1::RegisterWorkerResponse>(
      *workers_, &v1::WorkerService::Stub::RegisterWorker, worker);
  ETALON_ASSERT_OK(registered);
  v1::LeaseTrialsRequest lease;
  lease.set_worker(registered->name());
  lease.set_request_id("l");
  lease.set_max_trials(1);
  const auto leased = Call<v1::LeaseTrialsResponse>(
      *workers_, &v1::WorkerService::Stub::LeaseTrials, lease);
  ETALON_ASSERT_OK(leased);
  ETALON_ASSERT_OK(Complete(registered->name(), leased->trials(0).token()));

  const std::string metrics = Scrape(server_->metrics_port());
  EXPECT_THAT(metrics, HasSubstr("200 OK"));
  for (const char* line :
       {"etalon_calls_total\\{code=\"OK\",method=\"CreateSearch\"\\} 1",
        "etalon_calls_total\\{code=\"INVALID_ARGUMENT\",method="
        "\"CreateSearch\"\\} 1",
        "etalon_call_seconds_count\\{method=\"LeaseTrials\"\\} 1",
        "etalon_commit_operations_count [1-9]",
        "etalon_commit_seconds_count [1-9]", "etalon_operations_total [1-9]",
        "etalon_leases_total 1", "etalon_leases_expired_total 0",
        "etalon_trials_ended_total\\{state=\"succeeded\"\\} 1",
        "etalon_workers_alive 1", "etalon_operations_waiting 0",
        "etalon_reads_waiting 0", "etalon_database_bytes [1-9]",
        "etalon_log_bytes [1-9]", "etalon_polls_open 0"}) {
    EXPECT_THAT(metrics, ContainsRegex(line));
  }
}

TEST_F(OperationsTest, MetricsAreToldOnlyWhereAsked) {
  EXPECT_EQ(server_->metrics_port(), 0);
}

TEST_F(OperationsTest, MetricsAddressInUseIsRefused) {
  StartWithMetrics();
  Server::Options options = MakeOptions();
  options.database = folder_.File("other.db");
  options.metrics = ListenAddress{"127.0.0.1", server_->metrics_port()};
  EXPECT_THAT(Server::Create(options, SystemClock()),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("metrics: cannot listen")));
}

// ---- a look before the start ----

TEST_F(OperationsTest, LookBeforeTellsWhatKeepsAServerFromStarting) {
  Server::Options options = MakeOptions();
  options.listen.port = server_->port();
  const std::vector<Finding> findings = LookBefore(options);
  EXPECT_FALSE(WouldStart(findings));
  EXPECT_THAT(ToText(findings),
              AllOf(ContainsRegex("FAIL  address .*in use"),
                    ContainsRegex("FAIL  database .*in use by process")));
}

TEST_F(OperationsTest, LookBeforeChangesNothing) {
  Server::Options options = MakeOptions();
  options.database = folder_.File("new.db");
  options.metrics = ListenAddress{"127.0.0.1", 0};
  const std::vector<Finding> findings = LookBefore(options);
  EXPECT_TRUE(WouldStart(findings)) << ToText(findings);
  EXPECT_THAT(ToText(findings), AllOf(HasSubstr("would be created"),
                                      ContainsRegex("ok    metrics")));
  EXPECT_FALSE(std::filesystem::exists(options.database));

  ETALON_ASSERT_OK(CreateSearch("s"));
  server_.reset();
  options.database = database();
  EXPECT_THAT(ToText(LookBefore(options)),
              ContainsRegex("ok    database  .*1 searches, 3 trials"));
  options.database = folder_.File("no/such.db");
  EXPECT_THAT(ToText(LookBefore(options)),
              ContainsRegex("FAIL  database .*no folder"));
}

// ---- etalon db ----

TEST_F(OperationsTest, BackupOfARunningServerIsRestoredAndFencesItsWorkers) {
  ETALON_ASSERT_OK(CreateSearch("s"));
  v1::RegisterWorkerRequest worker;
  worker.set_display_name("w");
  worker.set_request_id("w");
  const auto registered = Call<v1::RegisterWorkerResponse>(
      *workers_, &v1::WorkerService::Stub::RegisterWorker, worker);
  ETALON_ASSERT_OK(registered);
  v1::LeaseTrialsRequest lease;
  lease.set_worker(registered->name());
  lease.set_request_id("l");
  lease.set_max_trials(1);
  const auto leased = Call<v1::LeaseTrialsResponse>(
      *workers_, &v1::WorkerService::Stub::LeaseTrials, lease);
  ETALON_ASSERT_OK(leased);

  const std::string copy = folder_.File("copy.db");
  const Answer check = Db({"check", "--database", database()});
  EXPECT_EQ(check.exit_code, 0) << check.err;
  EXPECT_THAT(check.out, AllOf(HasSubstr("live leases  1"), HasSubstr("sound"),
                               HasSubstr("in use by    process")));
  EXPECT_EQ(Db({"backup", copy, "--database", database()}).exit_code, 0);
  const Answer again = Db({"backup", copy, "--database", database()});
  EXPECT_EQ(again.exit_code, 4);
  EXPECT_THAT(again.err, HasSubstr("there already"));
  const Answer in_use = Db({"restore", copy, "--database", database()});
  EXPECT_EQ(in_use.exit_code, 4);
  EXPECT_THAT(in_use.err, HasSubstr("in use by process"));

  server_.reset();
  const Answer restored = Db({"restore", copy, "--database", database()});
  EXPECT_EQ(restored.exit_code, 0) << restored.err;
  EXPECT_THAT(restored.out, HasSubstr("queued anew  1"));
  Start(MakeOptions());
  // The worker reports on the lease of before.
  EXPECT_THAT(
      Complete(registered->name(), leased->trials(0).token()),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("stale")));
  lease.set_request_id("l2");
  const auto fresh = Call<v1::LeaseTrialsResponse>(
      *workers_, &v1::WorkerService::Stub::LeaseTrials, lease);
  ETALON_ASSERT_OK(fresh);
  EXPECT_EQ(fresh->trials(0).token().database_generation(), 4242u);
  ETALON_EXPECT_OK(Complete(registered->name(), fresh->trials(0).token()));
}

TEST_F(OperationsTest, DatabaseCommandsSayWhatIsWrong) {
  EXPECT_EQ(Db({"check", "--database", folder_.File("no.db")}).exit_code, 3);
  EXPECT_EQ(Db({"check"}).exit_code, 2);
  EXPECT_EQ(Db({}).exit_code, 2);
  EXPECT_EQ(Db({"burn", "--database", database()}).exit_code, 2);
  const Answer help = Db({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, AllOf(HasSubstr("etalon db"), HasSubstr("backup"),
                              HasSubstr("docs/operations.md")));
  server_.reset();
  EXPECT_THAT(Db({"migrate", "--database", database()}).out,
              HasSubstr("already"));
  std::filesystem::resize_file(database(), 5000);
  const Answer damaged = Db({"check", "--database", database()});
  EXPECT_EQ(damaged.exit_code, 1);
  EXPECT_THAT(damaged.err, HasSubstr("etalon db restore"));
}

// ---- a full disk ----

TEST_F(OperationsTest, FullDiskRefusesWritesAnswersReadsAndHeals) {
  server_.reset();
  // Its threads are gone: what follows is for new ones.
  const auto disk = SmallDisk::Mount(int64_t{24} << 20);
  if (!disk.ok()) GTEST_SKIP() << disk.status().message();
  Server::Options options = MakeOptions();
  options.database = (*disk)->File("etalon.db");
  Start(options);
  ETALON_ASSERT_OK(CreateSearch("before"));
  (*disk)->Fill("others", int64_t{24} << 20);
  absl::Status status;
  int made = 0;
  while (status.ok() && made < 2000) {
    status = CreateSearch(absl::StrCat("filler-", made)).status();
    if (status.ok()) ++made;
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  (*disk)->Fill("more", int64_t{24} << 20);
  EXPECT_EQ(CreateSearch("refused").status().code(),
            absl::StatusCode::kResourceExhausted);
  ETALON_EXPECT_OK(ListSearches());
  (*disk)->Remove("others");
  (*disk)->Remove("more");
  ETALON_EXPECT_OK(CreateSearch("after"));
  // The server goes before its disk.
  server_.reset();
}

}  // namespace
}  // namespace etalon::testing
