// What benchmarks/coordinator.sh measures coordinators with: simulated workers,
// and the yardsticks beside them. Prints one line of JSON.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "benchmarks/coordinator/bare_rpc.h"
#include "benchmarks/coordinator/bare_sqlite.h"
#include "benchmarks/coordinator/create_searches.h"
#include "benchmarks/coordinator/load.h"
#include "benchmarks/coordinator/query_latencies.h"
#include "common/clock.h"
#include "common/rpc/credentials.h"
#include "common/status_macros.h"

namespace etalon::benchmark {
namespace {

struct Flags {
  LoadOptions load;
  ClientCredentialFiles credentials;
  double trial_seconds = 0;
  double heartbeat_seconds = 0;
  double warm_up_seconds = 2;
  double seconds = 10;
  std::string prefix = "benchmark";
  int trials = 0;
  std::string file;
  int group = 64;
  int pairs = 100'000;
  int callers = 16;
  std::vector<std::string> servers;
  std::vector<std::string> searches;
  int rounds = 100;
};

void AddServer(CLI::App& command, Flags& flags) {
  command.add_option("--server", flags.load.server)->required();
  command.add_option("--tls-ca", flags.credentials.ca);
  command.add_option("--tls-certificate", flags.credentials.certificate);
  command.add_option("--tls-key", flags.credentials.key);
  command.add_option("--token-file", flags.credentials.token);
}
void AddSeconds(CLI::App& command, Flags& flags) {
  command.add_option("--seconds", flags.seconds, "To measure")
      ->capture_default_str();
}

CLI::App& AddLoad(CLI::App& app, Flags& flags) {
  CLI::App& load = *app.add_subcommand("load", "Simulated workers");
  AddServer(load, flags);
  AddSeconds(load, flags);
  load.add_option("--workers", flags.load.workers)->capture_default_str();
  load.add_option("--channels", flags.load.channels,
                  "Connections that workers share")
      ->capture_default_str();
  load.add_option("--side-by-side", flags.load.side_by_side,
                  "Trials that a worker trains and completes together")
      ->capture_default_str();
  load.add_option("--rate", flags.load.rate,
                  "Pairs a second; 0: as soon as they are answered");
  load.add_option("--trial-seconds", flags.trial_seconds);
  load.add_option("--heartbeat-seconds", flags.heartbeat_seconds, "0: none");
  load.add_option("--warm-up-seconds", flags.warm_up_seconds)
      ->capture_default_str();
  load.add_flag("--separate", flags.load.separate,
                "Complete and lease in two calls");
  return load;
}

absl::Status Run(const Flags& flags, CLI::App& app) {
  Clock& clock = SystemClock();
  const absl::Duration duration = absl::Seconds(flags.seconds);
  nlohmann::json json;
  if (app.got_subcommand("load")) {
    LoadOptions options = flags.load;
    ETALON_ASSIGN_OR_RETURN(options.credentials,
                            ReadCredentials(flags.credentials, clock));
    options.trial_time = absl::Seconds(flags.trial_seconds);
    options.heartbeat = absl::Seconds(flags.heartbeat_seconds);
    options.warm_up = absl::Seconds(flags.warm_up_seconds);
    options.duration = duration;
    json = RunLoad(options, clock);
  } else if (app.got_subcommand("create")) {
    ETALON_ASSIGN_OR_RETURN(const auto credentials,
                            ReadCredentials(flags.credentials, clock));
    const absl::Duration start = clock.Monotonic();
    ETALON_RETURN_IF_ERROR(CreateSearches(flags.load.server, credentials,
                                          flags.prefix, flags.trials));
    json["seconds"] = absl::ToDoubleSeconds(clock.Monotonic() - start);
  } else if (app.got_subcommand("queries")) {
    std::vector<AskedSearch> asked;
    for (size_t i = 0; i < flags.servers.size(); ++i) {
      asked.push_back({flags.servers[i], flags.searches.at(i)});
    }
    absl::StatusOr<nlohmann::json> measured =
        MeasureQueries(asked, flags.rounds, clock);
    if (!measured.ok()) return measured.status();
    json = *std::move(measured);
  } else if (app.got_subcommand("serve-nothing")) {
    return ServeNothing(flags.file);
  } else if (app.got_subcommand("rpc")) {
    json = MeasureBareRpc(flags.load.server, flags.callers, duration, clock);
  } else {
    absl::StatusOr<nlohmann::json> measured =
        MeasureBareSqlite(flags.file, flags.group, flags.pairs, clock);
    if (!measured.ok()) return measured.status();
    json = *std::move(measured);
  }
  printf("%s\n", json.dump().c_str());
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  CLI::App app("Load for benchmarks/coordinator.sh", "coordinator_load");
  app.require_subcommand(1);
  Flags flags;
  AddLoad(app, flags);
  CLI::App& create = *app.add_subcommand("create", "Searches of random trials");
  AddServer(create, flags);
  create.add_option("--prefix", flags.prefix)->capture_default_str();
  create.add_option("--trials", flags.trials)->required();
  CLI::App& queries = *app.add_subcommand(
      "queries",
      "What questions and leases take, of several searches in turns");
  queries.add_option("--server", flags.servers, "One for each search")
      ->required();
  queries.add_option("--search", flags.searches)->required();
  queries.add_option("--rounds", flags.rounds)->capture_default_str();
  app.add_subcommand("serve-nothing", "A gRPC server with an empty handler")
      ->add_option("--port-file", flags.file)
      ->required();
  CLI::App& rpc = *app.add_subcommand("rpc", "Bare unary calls");
  AddServer(rpc, flags);
  AddSeconds(rpc, flags);
  rpc.add_option("--callers", flags.callers)->capture_default_str();
  CLI::App& sqlite = *app.add_subcommand("sqlite", "Bare group commits");
  sqlite.add_option("--file", flags.file)->required();
  sqlite.add_option("--group", flags.group, "Pairs a commit")
      ->capture_default_str();
  sqlite.add_option("--pairs", flags.pairs)->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = Run(flags, app);
  if (status.ok()) return 0;
  fprintf(stderr, "coordinator_load: %s\n",
          std::string(status.message()).c_str());
  return 1;
}

}  // namespace
}  // namespace etalon::benchmark

int main(int argc, char** argv) { return etalon::benchmark::Main(argc, argv); }
