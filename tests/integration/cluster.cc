#include "tests/integration/cluster.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"

namespace etalon::testing {
namespace {

constexpr absl::Duration kStartTimeout = absl::Seconds(30);
constexpr absl::Duration kEndTimeout = absl::Seconds(30);
constexpr absl::Duration kAwaitTimeout = absl::Minutes(1);
constexpr absl::Duration kPollInterval = absl::Milliseconds(20);

}  // namespace

std::string BinaryPath(const std::string& name) {
  return absl::StrCat(ETALON_BINARY_DIR, "/", name);
}

std::string SourcePath(const std::string& path) {
  return absl::StrCat(ETALON_SOURCE_DIR, "/", path);
}

std::string Cluster::address() const {
  return absl::StrCat("127.0.0.1:", port_);
}

Cluster::Cluster(const Options& options)
    : options_(options),
      database_((options.database_folder.empty() ? folder_.path()
                                                 : options.database_folder) +
                "/etalon.db") {}

Process::Options Cluster::Streams(const std::string& name) {
  return {.error_file = folder_.File(name + ".log")};
}

void Cluster::StartServer(const std::vector<std::string>& flags,
                          int descriptors) {
  ASSERT_TRUE(TryStartServer(flags, descriptors)) << Logs();
}

bool Cluster::TryStartServer(const std::vector<std::string>& flags,
                             int descriptors) {
  const std::string port_file = folder_.File("port");
  std::filesystem::remove(port_file);
  server_ = nullptr;  // never two at once
  std::vector<std::string> argv = options_.server_wrapper;
  for (const std::string& argument :
       {BinaryPath("etalon-server"), std::string("--listen"), address(),
        std::string("--database"), database_, std::string("--lease"),
        absl::FormatDuration(options_.lease), std::string("--port-file"),
        port_file}) {
    argv.push_back(argument);
  }
  argv.insert(argv.end(), flags.begin(), flags.end());
  Process::Options streams = Streams("server");
  streams.descriptors = descriptors;
  server_ = std::make_unique<Process>(argv, streams);
  const absl::Time deadline = absl::Now() + kStartTimeout;
  int port = 0;
  while (!absl::SimpleAtoi(ReadFile(port_file), &port) || port == 0) {
    if (server_->Wait(absl::ZeroDuration()).has_value()) return false;
    if (absl::Now() >= deadline) {
      ADD_FAILURE() << "the coordinator does not listen";
      return false;
    }
    absl::SleepFor(kPollInterval);
  }
  port_ = port;
  return true;
}

void Cluster::KillServer() { server_->Kill(); }

size_t Cluster::StartWorker(const std::vector<std::string>& flags,
                            const std::string& address) {
  workers_.push_back(nullptr);
  worker_setups_.push_back({flags, address});
  RestartWorker(workers_.size() - 1);
  return workers_.size() - 1;
}

void Cluster::RestartWorker(size_t index) {
  const std::string name = absl::StrCat("worker-", index);
  const WorkerSetup& setup = worker_setups_.at(index);
  std::vector<std::string> argv = options_.worker_wrapper;
  for (const std::string& argument :
       {BinaryPath("etalon-worker"), std::string("--server"),
        setup.address.empty() ? address() : setup.address,
        std::string("--name"), name, std::string("--threads"),
        std::string("1")}) {
    argv.push_back(argument);
  }
  argv.insert(argv.end(), setup.flags.begin(), setup.flags.end());
  workers_.at(index) = nullptr;  // the name never belongs to two
  workers_.at(index) = std::make_unique<Process>(argv, Streams(name));
}

int Cluster::KillAtRandom(RandomStream& random, int max_kills,
                          absl::Duration pause) {
  int kills = 0;
  while (kills < max_kills && Query("SELECT state FROM searches") ==
                                  std::vector<std::string>{"RUNNING"}) {
    absl::SleepFor(random.NextBelow(1000) / 500.0 * pause);
    const uint32_t victim =
        random.NextBelow(static_cast<uint32_t>(workers_.size()) + 1);
    if (victim == workers_.size()) {
      KillServer();
      absl::SleepFor(random.NextBelow(1000) / 500.0 * pause);
      StartServer();
    } else {
      KillWorker(victim);
      RestartWorker(victim);
    }
    ++kills;
  }
  return kills;
}

ProcessResult Cluster::Run(const std::vector<std::string>& arguments,
                           absl::Duration timeout) {
  std::vector<std::string> argv = {BinaryPath("etalon")};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return RunProcess(argv, {absl::StrCat("ETALON_SERVER=", address())}, timeout);
}

std::string Cluster::Submit(const std::string& yaml) {
  const std::string file = folder_.File("search.yaml");
  std::ofstream(file) << yaml;
  const ProcessResult result = Run({"submit", file, "-o", "name"});
  EXPECT_EQ(result.exit_code, 0) << result.error;
  return std::string(
      absl::StripPrefix(absl::StripSuffix(result.out, "\n"), "searches/"));
}

std::string Cluster::AwaitEnd(const std::string& search,
                              absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  // From the database, so that a coordinator that is down does no harm.
  const std::string sql =
      absl::StrCat("SELECT state FROM searches WHERE name = '", search, "'");
  for (;;) {
    const std::vector<std::string> rows = Query(sql);
    if (rows.size() == 1 && rows[0] != "RUNNING" && rows[0] != "PAUSED") {
      return rows[0];
    }
    if (absl::Now() >= deadline) {
      ADD_FAILURE() << "search did not end\n" << Logs();
      return "";
    }
    absl::SleepFor(kPollInterval);
  }
}

std::vector<std::string> Cluster::Query(const std::string& sql) {
  const ProcessResult result =
      RunProcess({"/usr/bin/sqlite3", "-cmd", ".timeout 10000", "-readonly",
                  database_, sql});
  EXPECT_EQ(result.exit_code, 0) << sql << "\n" << result.error;
  return absl::StrSplit(result.out, '\n', absl::SkipEmpty());
}

void Cluster::AwaitAny(const std::string& count_sql) {
  const absl::Time deadline = absl::Now() + kAwaitTimeout;
  while (Query(count_sql) == std::vector<std::string>{"0"}) {
    ASSERT_LT(absl::Now(), deadline) << count_sql << "\n" << Logs();
    absl::SleepFor(kPollInterval);
  }
}

std::vector<std::string> Cluster::Table() {
  // quote() writes a number so that it reads back to the same bits.
  const auto quoted = [](const std::vector<std::string>& columns) {
    return absl::StrJoin(columns, ", ",
                         [](std::string* out, const std::string& column) {
                           absl::StrAppend(out, "quote(", column, ")");
                         });
  };
  std::vector<std::string> table = Query(absl::StrCat(
      "SELECT ",
      quoted({"search", "stage", "trial", "replicate", "state", "parameters",
              "lambda", "eta", "train_accuracy", "validation_accuracy",
              "test_accuracy", "cost", "updates", "failure"}),
      " FROM trial_results ORDER BY search, trial"));
  const std::vector<std::string> seeds = Query(absl::StrCat(
      "SELECT ", quoted({"number", "initialization_seed", "minibatches_seed"}),
      " FROM trials ORDER BY search_id, number"));
  const std::vector<std::string> measurements = Query(absl::StrCat(
      "SELECT ",
      quoted({"t.number", "m.updates", "m.weights_update", "m.epoch",
              "m.learning_rate", "m.train_loss", "m.train_cost",
              "m.train_accuracy", "m.validation_loss", "m.validation_cost",
              "m.validation_accuracy", "m.test_loss", "m.test_cost",
              "m.test_accuracy"}),
      " FROM measurements m JOIN trials t USING (trial_id) "
      "JOIN results r USING (trial_id) WHERE m.attempt = r.attempt "
      "ORDER BY t.search_id, t.number, m.updates"));
  table.insert(table.end(), seeds.begin(), seeds.end());
  table.insert(table.end(), measurements.begin(), measurements.end());
  return table;
}

std::vector<std::string> Cluster::EndAll() {
  std::vector<std::string> wrong;
  const auto end = [&wrong](Process& process, const std::string& name) {
    process.Terminate();
    const std::optional<int> code = process.Wait(kEndTimeout);
    if (code != 0) {
      wrong.push_back(absl::StrCat(name,
                                   code.has_value()
                                       ? absl::StrCat(" ended with ", *code)
                                       : " did not end",
                                   " when terminated"));
    }
  };
  for (size_t i = 0; i < workers_.size(); ++i) {
    end(*workers_[i], absl::StrCat("worker-", i));
  }
  if (server_ != nullptr) end(*server_, "the coordinator");
  // Whoever closes the database last takes its log away.
  if (std::filesystem::exists(database_ + "-wal")) {
    wrong.push_back("the database's log was left behind");
  }
  const int lock = open((database_ + ".lock").c_str(), O_RDWR | O_CLOEXEC);
  struct flock request = {};
  request.l_type = F_WRLCK;
  request.l_whence = SEEK_SET;
  if (lock < 0 || fcntl(lock, F_OFD_SETLK, &request) != 0) {
    wrong.push_back("the database's lock is held still");
  }
  if (lock >= 0) close(lock);
  return wrong;
}

std::string Cluster::Logs() {
  std::string logs;
  for (const auto& entry :
       std::filesystem::directory_iterator(folder_.path())) {
    if (entry.path().extension() == ".log") {
      absl::StrAppend(&logs, "---- ", entry.path().filename().string(), "\n",
                      ReadFile(entry.path().string()));
    }
  }
  return logs;
}

}  // namespace etalon::testing
