#include "server/options.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/status_macros.h"
#include "common/version.h"

namespace etalon {
namespace {

constexpr int kExitUsage = 2;

// Below, a busy machine's hiccups would end leases; above, a dead worker's
// trials would lie for a day.
constexpr absl::Duration kMinLease = absl::Seconds(1);
constexpr absl::Duration kMaxLease = absl::Hours(1);

const std::map<std::string, LogLevel> kLogLevels = {
    {"info", LogLevel::kInfo},
    {"warning", LogLevel::kWarning},
    {"error", LogLevel::kError}};

constexpr char kDescription[] =
    "The coordinator of Etalon: keeps searches and trials in one SQLite file "
    "and\nhands trials to workers (etalon-worker). Ends cleanly on SIGTERM.";
constexpr char kExamples[] =
    "Example:\n"
    "  etalon-server --database etalon.db\n"
    "  etalon-worker --server 127.0.0.1:7077 --data /data/cifar10\n"
    "  etalon submit examples/quickstart.yaml --follow\n"
    "\n"
    "The database may be read at any time: sqlite3 -readonly etalon.db\n"
    "Exit codes: 0 ended by a signal, 1 could not run, 2 wrong flags.";

struct Flags {
  std::string listen = "127.0.0.1:7077";
  std::string database;
  std::string lease = "30s";
  std::string log_level = "info";
  std::string port_file;
  bool reflection = false;
  bool insecure = false;
};

void AddFlags(CLI::App& app, Flags& flags) {
  app.set_version_flag("--version", absl::StrCat("etalon-server ", kVersion));
  app.add_option("--listen", flags.listen,
                 "Where to listen; port 0 lets the system choose")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  app.add_option("--database", flags.database,
                 "The SQLite file, on a local disk; created when missing")
      ->type_name("FILE")
      ->required();
  app.add_option("--lease", flags.lease,
                 "How long a worker may be silent before its trials go to "
                 "others, 1s to 1h")
      ->type_name("DURATION")
      ->capture_default_str();
  app.add_flag("--reflection", flags.reflection,
               "Let tools such as grpcurl list the services");
  app.add_flag("--insecure", flags.insecure,
               "Allow an address that other machines can reach: there is "
               "neither encryption nor authentication yet");
  app.add_option("--log-level", flags.log_level, "info, warning or error")
      ->type_name("LEVEL")
      ->capture_default_str();
  app.add_option("--port-file", flags.port_file,
                 "Write the port here once the server listens")
      ->type_name("FILE");
}

absl::StatusOr<CommandLine> Interpret(const Flags& flags) {
  CommandLine command_line;
  Server::Options& server = command_line.server;
  absl::StatusOr<ListenAddress> listen = ParseListenAddress(flags.listen);
  if (!listen.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--listen: ", listen.status().message()));
  }
  server.listen = *listen;
  if (!IsLoopback(server.listen) && !flags.insecure) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--listen: other machines can reach ", flags.listen,
        ", and there is neither encryption nor authentication yet; listen on "
        "127.0.0.1, or add --insecure on a network you trust"));
  }
  if (flags.database.empty()) {
    return absl::InvalidArgumentError("--database: the file's name is empty");
  }
  server.database = flags.database;
  absl::Duration& lease = server.coordinator.lease_duration;
  if (!absl::ParseDuration(flags.lease, &lease) || lease < kMinLease ||
      lease > kMaxLease) {
    return absl::InvalidArgumentError(
        absl::StrCat("--lease: '", flags.lease,
                     "' is not a duration from 1s to 1h, such as 30s"));
  }
  const auto level = kLogLevels.find(flags.log_level);
  if (level == kLogLevels.end()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--log-level: '", flags.log_level, "' is not info, warning or error"));
  }
  command_line.log_level = level->second;
  command_line.port_file = flags.port_file;
  server.reflection = flags.reflection;
  return command_line;
}

}  // namespace

std::optional<CommandLine> ParseCommandLine(int argc, char** argv,
                                            int* exit_code) {
  CLI::App app(kDescription, "etalon-server");
  app.footer(kExamples);
  Flags flags;
  AddFlags(app, flags);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Prints help and version to standard output, errors to standard error.
    *exit_code = app.exit(error) == 0 ? 0 : kExitUsage;
    return std::nullopt;
  }
  absl::StatusOr<CommandLine> command_line = Interpret(flags);
  if (!command_line.ok()) {
    std::cerr << command_line.status().message() << "\n"
              << "Run with --help for more information.\n";
    *exit_code = kExitUsage;
    return std::nullopt;
  }
  return *std::move(command_line);
}

}  // namespace etalon
