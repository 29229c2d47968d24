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
// No machine has descriptors for more.
constexpr int kMaxConnectionsFlag = 1'000'000;
// Below, a slow disk would end the process.
constexpr absl::Duration kMinWatchdog = absl::Seconds(1);
constexpr absl::Duration kMaxWatchdog = absl::Hours(1);
// Questions within the patience, so that one lost answer is none.
constexpr int kWatchdogQuestions = 8;

const std::map<std::string, LogLevel> kLogLevels = {
    {"info", LogLevel::kInfo},
    {"warning", LogLevel::kWarning},
    {"error", LogLevel::kError}};

const std::map<std::string, LogFormat> kLogFormats = {
    {"text", LogFormat::kText}, {"json", LogFormat::kJson}};

constexpr char kDescription[] =
    "The coordinator of Etalon: keeps searches and trials in one SQLite file "
    "and\nhands trials to workers (etalon-worker). Ends cleanly on SIGTERM.";
constexpr char kExamples[] =
    "Example:\n"
    "  etalon-server --database etalon.db\n"
    "  etalon-worker --server 127.0.0.1:7077 --data /data/cifar10\n"
    "  etalon submit examples/quickstart.yaml --follow\n"
    "\n"
    "For other machines (docs/security.md; deploy/make-certificates.sh):\n"
    "  etalon token create me --role admin --tokens tokens --output me.token\n"
    "  etalon-server --database etalon.db --listen 0.0.0.0:7077 \\\n"
    "    --tls-certificate server.pem --tls-key server.key --tokens tokens\n"
    "\n"
    "The database may be read at any time: sqlite3 -readonly etalon.db\n"
    "Exit codes: 0 ended by a signal, 1 could not run, 2 wrong flags, 3 stuck"
    " (--watchdog),\n"
    "74 the disk left open whether a commit holds: start it anew.";

struct Flags {
  std::string listen = "127.0.0.1:7077";
  std::string database;
  std::string lease = "30s";
  std::string log_level = "info";
  std::string log_format = "text";
  std::string metrics;
  bool check = false;
  std::string port_file;
  ServerCredentialFiles credentials;
  std::string tokens;
  Acceptor::Limits connections;
  Gate::Limits calls;
  std::string watchdog = "2m";
  bool reflection = false;
  bool insecure = false;
};

void AddSecurityFlags(CLI::App& app, Flags& flags) {
  app.add_option("--tls-certificate", flags.credentials.certificate,
                 "Encrypt connections, with this certificate in PEM form")
      ->type_name("FILE");
  app.add_option("--tls-key", flags.credentials.key,
                 "Its key, which only this user may read")
      ->type_name("FILE");
  app.add_option("--tls-client-ca", flags.credentials.client_ca,
                 "Let in only who shows a certificate of these authorities")
      ->type_name("FILE");
  app.add_option("--tokens", flags.tokens,
                 "Answer only calls with a token of this file, which etalon "
                 "token makes; changes are in force within a second")
      ->type_name("FILE");
  app.add_flag("--insecure", flags.insecure,
               "Allow an address that other machines can reach without "
               "encryption and tokens: on a network you trust");
}

void AddLimitFlags(CLI::App& app, Flags& flags) {
  app.add_option("--max-connections", flags.connections.connections,
                 "Connections that may be open at a time")
      ->type_name("N")
      ->check(CLI::Range(1, kMaxConnectionsFlag))
      ->capture_default_str();
  app.add_option("--max-connections-per-address",
                 flags.connections.connections_per_address,
                 "Of which from one address, this machine's own apart")
      ->type_name("N")
      ->check(CLI::Range(1, kMaxConnectionsFlag))
      ->capture_default_str();
  app.add_option("--max-call-rate", flags.calls.calls_per_second,
                 "Calls a second that are answered to one token's holder or, "
                 "without tokens, one address")
      ->type_name("N")
      ->check(CLI::Range(1.0, 1e9))
      ->capture_default_str();
  app.add_option("--watchdog", flags.watchdog,
                 "End with exit code 3 when the listener or the writer has "
                 "been stuck for this long, for a supervisor to start anew; 0: "
                 "never")
      ->type_name("DURATION")
      ->capture_default_str();
}

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
  AddSecurityFlags(app, flags);
  AddLimitFlags(app, flags);
  app.add_option("--log-level", flags.log_level, "info, warning or error")
      ->type_name("LEVEL")
      ->capture_default_str();
  app.add_option("--log-format", flags.log_format,
                 "text, or json: one object a line")
      ->type_name("FORMAT")
      ->capture_default_str();
  app.add_option("--metrics", flags.metrics,
                 "Tell Prometheus what goes on at http://HOST:PORT/metrics; "
                 "not told by default")
      ->type_name("HOST:PORT");
  app.add_flag("--check", flags.check,
               "Say whether the coordinator would start with these flags, "
               "change nothing, and end: 0 if so, 1 if not");
  app.add_option("--port-file", flags.port_file,
                 "Write the port here once the server listens")
      ->type_name("FILE");
}

// Strangers reach nothing without a certificate of ours and a token of theirs.
absl::Status CheckReach(const Server::Options& server) {
  const bool tls = server.credentials.tls();
  if (IsLoopback(server.listen) || (tls && !server.tokens.empty())) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "--listen: other machines can reach ", server.listen.ToString(), ": add ",
      tls ? "" : "--tls-certificate and --tls-key",
      tls || !server.tokens.empty() ? "" : ", and ",
      server.tokens.empty() ? "--tokens" : "",
      " (docs/security.md says how to make them), listen on 127.0.0.1, or say "
      "--insecure on a network you trust"));
}

absl::Status InterpretWatchdog(const std::string& text,
                               CommandLine& command_line) {
  Watchdog::Options& watchdog = command_line.server.watchdog;
  const bool valid = absl::ParseDuration(text, &watchdog.patience);
  command_line.watchdog = watchdog.patience != absl::ZeroDuration();
  if (!valid || (command_line.watchdog && (watchdog.patience < kMinWatchdog ||
                                           watchdog.patience > kMaxWatchdog))) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--watchdog: '", text,
        "' is neither 0 nor a duration from 1s to 1h, such as 2m"));
  }
  watchdog.interval = watchdog.patience / kWatchdogQuestions;
  return absl::OkStatus();
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
  server.credentials = flags.credentials;
  server.tokens = flags.tokens;
  if (!flags.insecure) ETALON_RETURN_IF_ERROR(CheckReach(server));
  if (!flags.metrics.empty()) {
    absl::StatusOr<ListenAddress> metrics = ParseListenAddress(flags.metrics);
    if (!metrics.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--metrics: ", metrics.status().message()));
    }
    if (!IsLoopback(*metrics) && !flags.insecure) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--metrics: other machines can reach ", flags.metrics,
          ", and metrics are neither encrypted nor kept from anybody; listen "
          "on 127.0.0.1, or add --insecure on a network you trust"));
    }
    server.metrics = *metrics;
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
  const auto format = kLogFormats.find(flags.log_format);
  if (format == kLogFormats.end()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--log-format: '", flags.log_format, "' is not text or json"));
  }
  command_line.log_format = format->second;
  command_line.port_file = flags.port_file;
  server.connections = flags.connections;
  server.calls = flags.calls;
  ETALON_RETURN_IF_ERROR(InterpretWatchdog(flags.watchdog, command_line));
  command_line.check = flags.check;
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
