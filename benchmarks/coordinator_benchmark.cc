// Durable lease + complete pairs a second: a real coordinator on loopback and
// its database on the disk of the working folder, against workers that train
// nothing. In the same run, what SQLite alone commits on that disk.
//
//   coordinator_benchmark [--workers 8] [--pairs 20000] [--folder .]

#include <grpcpp/client_context.h>
#include <sqlite3.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/rpc/channel.h"
#include "etalon/v1/search_service.grpc.pb.h"
#include "etalon/v1/worker_service.grpc.pb.h"
#include "server/server.h"

namespace etalon {
namespace {

using Seconds = std::chrono::duration<double>;
using SteadyClock = std::chrono::steady_clock;

constexpr double kGoalPairsPerSecond = 2000;

double Since(SteadyClock::time_point start) {
  return Seconds(SteadyClock::now() - start).count();
}

void Die(const std::string& what) {
  fprintf(stderr, "coordinator_benchmark: %s\n", what.c_str());
  exit(1);
}

void Must(const grpc::Status& status) {
  if (!status.ok()) Die(status.error_message());
}

void PrintLatencies(const char* name, std::vector<double> seconds) {
  std::sort(seconds.begin(), seconds.end());
  const auto quantile = [&](double q) {
    return 1e3 * seconds[static_cast<size_t>(q * (seconds.size() - 1))];
  };
  printf("  %-9s p50 %6.2f ms   p99 %6.2f ms\n", name, quantile(0.5),
         quantile(0.99));
}

// One worker's calls, one after the other, as a worker process makes them.
class SimulatedWorker {
 public:
  SimulatedWorker(const std::string& address, int index)
      : stub_(v1::WorkerService::NewStub(NewChannel(address))) {
    v1::RegisterWorkerRequest request;
    request.set_display_name(absl::StrCat("simulated-", index));
    grpc::ClientContext context;
    v1::RegisterWorkerResponse response;
    Must(stub_->RegisterWorker(&context, request, &response));
    name_ = response.name();
  }

  // Until there is nothing to lease.
  void Run() {
    while (true) {
      const SteadyClock::time_point start = SteadyClock::now();
      const v1::LeaseTrialsResponse leased = Lease();
      if (leased.trials().empty()) return;
      lease_seconds_.push_back(Since(start));
      const SteadyClock::time_point leased_at = SteadyClock::now();
      Complete(leased.trials(0));
      complete_seconds_.push_back(Since(leased_at));
    }
  }

  const std::vector<double>& lease_seconds() const { return lease_seconds_; }
  const std::vector<double>& complete_seconds() const {
    return complete_seconds_;
  }

 private:
  v1::LeaseTrialsResponse Lease() {
    v1::LeaseTrialsRequest request;
    request.set_worker(name_);
    request.set_request_id(absl::StrCat(lease_seconds_.size()));
    request.set_max_trials(1);
    grpc::ClientContext context;
    v1::LeaseTrialsResponse response;
    Must(stub_->LeaseTrials(&context, request, &response));
    return response;
  }

  void Complete(const v1::LeasedTrial& leased) {
    v1::CompleteTrialRequest request;
    request.set_worker(name_);
    *request.mutable_token() = leased.token();
    request.mutable_succeeded();
    v1::Measurement& measurement = *request.add_measurements();
    measurement.set_update(100);
    measurement.set_epoch(1);
    // A hill over log lambda and log eta, with its top inside the range.
    const double x = std::log10(leased.trial().parameters(0).value().number());
    const double y = std::log10(leased.trial().parameters(1).value().number());
    const double accuracy =
        0.1 + 0.4 * std::exp(-(x + 3) * (x + 3) / 4 - (y + 2) * (y + 2) / 4);
    measurement.mutable_validation()->set_loss(1 / accuracy);
    measurement.mutable_validation()->set_cost(1 / accuracy);
    measurement.mutable_validation()->set_accuracy(accuracy);
    grpc::ClientContext context;
    v1::CompleteTrialResponse response;
    Must(stub_->CompleteTrial(&context, request, &response));
  }

  const std::unique_ptr<v1::WorkerService::Stub> stub_;
  std::string name_;
  std::vector<double> lease_seconds_;
  std::vector<double> complete_seconds_;
};

void CreateSearch(const std::string& address, int trials) {
  v1::CreateSearchRequest request;
  v1::SearchSpec& spec = *request.mutable_spec();
  spec.set_name("benchmark");
  spec.mutable_training()->mutable_dataset()->set_name("synthetic");
  spec.mutable_training()->mutable_schedule()->mutable_constant();
  spec.mutable_training()->set_epochs(1);
  for (const char* name : {"lambda", "eta"}) {
    v1::Parameter& parameter = *spec.add_parameters();
    parameter.set_name(name);
    parameter.mutable_double_range()->set_minimum(1e-5);
    parameter.mutable_double_range()->set_maximum(1);
    parameter.mutable_double_range()->set_scale(v1::Parameter::LOG);
  }
  v1::StageSpec& stage = *spec.add_stages();
  stage.set_name("only");
  stage.mutable_sample()->mutable_random()->set_count(trials);
  grpc::ClientContext context;
  v1::Search response;
  const auto stub = v1::SearchService::NewStub(NewChannel(address));
  Must(stub->CreateSearch(&context, request, &response));
}

double MeasureCoordinator(const std::string& folder, int worker_count,
                          int pairs) {
  Server::Options options;
  options.listen = {"127.0.0.1", 0};
  options.database = absl::StrCat(folder, "/coordinator.db");
  options.new_generation = 1;
  absl::StatusOr<std::unique_ptr<Server>> server =
      Server::Create(options, SystemClock());
  if (!server.ok()) Die(server.status().ToString());
  const std::string address = (*server)->address().ToString();
  CreateSearch(address, pairs);
  std::vector<std::unique_ptr<SimulatedWorker>> workers;
  for (int i = 0; i < worker_count; ++i) {
    workers.push_back(std::make_unique<SimulatedWorker>(address, i));
  }
  const SteadyClock::time_point start = SteadyClock::now();
  std::vector<std::thread> threads;
  for (const auto& worker : workers) {
    threads.emplace_back([&worker] { worker->Run(); });
  }
  for (std::thread& thread : threads) thread.join();
  const double seconds = Since(start);
  std::vector<double> lease, complete;
  for (const auto& worker : workers) {
    lease.insert(lease.end(), worker->lease_seconds().begin(),
                 worker->lease_seconds().end());
    complete.insert(complete.end(), worker->complete_seconds().begin(),
                    worker->complete_seconds().end());
  }
  if (static_cast<int>(complete.size()) != pairs) Die("pairs are missing");
  printf("coordinator, %d workers: %.0f pairs/s\n", worker_count,
         pairs / seconds);
  PrintLatencies("lease", lease);
  PrintLatencies("complete", complete);
  return pairs / seconds;
}

void Execute(sqlite3* database, const std::string& sql) {
  if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) !=
      SQLITE_OK) {
    Die(sqlite3_errmsg(database));
  }
}

// The same durability for the least that a pair could be: one row changed
// twice, `group` pairs a commit.
void MeasureSqlite(const std::string& folder, int group, int pairs) {
  const std::string path = absl::StrCat(folder, "/sqlite.db");
  sqlite3* database = nullptr;
  if (sqlite3_open(path.c_str(), &database) != SQLITE_OK) Die(path);
  Execute(database,
          "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
          "DROP TABLE IF EXISTS trial;"
          "CREATE TABLE trial(id INTEGER PRIMARY KEY, state TEXT, result REAL)"
          " STRICT;"
          "BEGIN");
  for (int i = 0; i < pairs; ++i) {
    Execute(database, "INSERT INTO trial(state) VALUES ('QUEUED')");
  }
  Execute(database, "COMMIT");
  const SteadyClock::time_point start = SteadyClock::now();
  for (int i = 0; i < pairs;) {
    Execute(database, "BEGIN IMMEDIATE");
    for (const int end = std::min(i + group, pairs); i < end; ++i) {
      Execute(
          database,
          absl::StrCat("UPDATE trial SET state='RUNNING' WHERE id=", i + 1));
      Execute(database, absl::StrCat("UPDATE trial SET state='SUCCEEDED',"
                                     "result=0.5 WHERE id=",
                                     i + 1));
    }
    Execute(database, "COMMIT");
  }
  printf("SQLite alone, %d pairs a commit: %.0f pairs/s\n", group,
         pairs / Since(start));
  sqlite3_close(database);
}

}  // namespace
}  // namespace etalon

int main(int argc, char** argv) {
  CLI::App app("Durable lease + complete pairs a second", "coordinator");
  int workers = 8;
  int pairs = 20'000;
  std::string parent = ".";
  app.add_option("--workers", workers)->capture_default_str();
  app.add_option("--pairs", pairs)->capture_default_str();
  app.add_option("--folder", parent, "on the disk to measure")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  std::string folder = parent + "/coordinator-benchmark-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) etalon::Die(folder);
  etalon::SetLogLevel(etalon::LogLevel::kWarning);
  etalon::MeasureSqlite(folder, 1, pairs / 4);
  etalon::MeasureSqlite(folder, workers, pairs);
  const double rate = etalon::MeasureCoordinator(folder, workers, pairs);
  std::filesystem::remove_all(folder);
  printf("goal: %.0f pairs/s, %s\n", etalon::kGoalPairsPerSecond,
         rate >= etalon::kGoalPairsPerSecond ? "reached" : "missed");
  return 0;
}
