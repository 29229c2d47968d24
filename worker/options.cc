#include "worker/options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "common/version.h"
#include "worker/fusion_width.h"
#include "worker/train/kernels/select.h"

namespace etalon {
namespace {

constexpr int kUsageError = 2;
constexpr size_t kMaxNameBytes = 128;
constexpr int kMaxThreads = 1024;
// The service hands out at most this many trials at once.
constexpr int kMaxFuse = 1000;
// The service takes at most this many in one heartbeat.
constexpr int kMaxHeldTrials = 10'000;

constexpr char kDescription[] =
    "Trains the trials of an Etalon coordinator on this machine, until it is "
    "told to end (SIGTERM or Ctrl-C): then it hands back what is not finished. "
    "It reconnects by itself when the coordinator goes away and comes back.";

constexpr char kFooter[] =
    "\nExamples:\n"
    "  etalon-worker\n"
    "      a coordinator on this machine, generated data sets only\n"
    "  etalon-worker --server trainer.example.org:7077 --data /srv/cifar10\n"
    "      CIFAR-10 too; deploy/fetch-cifar10.sh DIR downloads it\n"
    "  etalon-worker --server trainer.example.org:7077 --tls-ca ca.pem\n"
    "      --token-file worker.token\n"
    "      over TLS, with a token that etalon token create made\n"
    "\nCommands that need no coordinator, each with its own --help:\n"
    "  etalon-worker calibrate         tell how fast this machine trains\n"
    "  etalon-worker check-gradients   hold gradients against others\n"
    "  etalon-worker evaluate          hold a model against its record\n"
    "  etalon-worker rerun             train a trial again, and compare\n"
    "\nExit codes: 0 told to end, 2 a flag, or a file that it names, is "
    "wrong.\n";

bool IsNameCharacter(char c) {
  return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '_';
}

std::string DefaultName() {
  char host[HOST_NAME_MAX + 1] = {};
  if (gethostname(host, HOST_NAME_MAX) != 0 || host[0] == '\0') {
    return absl::StrCat("worker-", getpid());
  }
  std::string name = std::string(host).substr(0, kMaxNameBytes / 2);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !IsNameCharacter(c); },
      '-');
  return absl::StrCat(name, "-", getpid());
}

// CLI11's validators return what is wrong, or "".
std::string CheckAddress(const std::string& address) {
  const size_t colon = address.rfind(':');
  int port = 0;
  const bool valid =
      colon != std::string::npos && colon > 0 &&
      address.find_first_of("/ \t") == std::string::npos &&
      absl::SimpleAtoi(absl::string_view(address).substr(colon + 1), &port) &&
      port >= 1 && port <= 65535;
  if (valid) return "";
  return absl::StrCat("'", address,
                      "' is not of the form HOST:PORT, e.g. 127.0.0.1:7077");
}

std::string CheckName(const std::string& name) {
  const bool valid = !name.empty() && name.size() <= kMaxNameBytes &&
                     std::all_of(name.begin(), name.end(), IsNameCharacter);
  if (valid) return "";
  return absl::StrCat("'", name, "' must be 1 to ", kMaxNameBytes,
                      " letters, digits, '.', '-' and '_'");
}

// None: "auto".
std::optional<int> ParseFuse(const std::string& word) {
  int fuse = 0;
  if (!absl::SimpleAtoi(word, &fuse)) return std::nullopt;
  return fuse;
}

std::string CheckFuse(const std::string& word) {
  const std::optional<int> fuse = ParseFuse(word);
  if (fuse.has_value() ? *fuse >= 1 && *fuse <= kMaxFuse : word == "auto") {
    return "";
  }
  return absl::StrCat("'", word, "' is neither auto nor a number from 1 to ",
                      kMaxFuse);
}

std::string CheckInterval(const std::string& text) {
  absl::Duration interval;
  if (absl::ParseDuration(text, &interval) &&
      interval >= absl::ZeroDuration() && interval < absl::InfiniteDuration()) {
    return "";
  }
  return absl::StrCat("'", text, "' is no time such as 60s, 5m or 0");
}

// "" where the environment names no folder for state.
std::string DefaultCheckpoints() {
  const char* const state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && state[0] == '/')
    return absl::StrCat(state, "/etalon");
  const char* const home = std::getenv("HOME");
  if (home != nullptr && home[0] == '/') {
    return absl::StrCat(home, "/.local/state/etalon");
  }
  return "";
}

std::vector<std::string> KernelChoices() {
  std::vector<std::string> choices = train::KnownKernels();
  choices.insert(choices.begin(), "auto");
  return choices;
}

std::function<std::string(const std::string&)> OneOf(
    std::vector<std::string> words) {
  return [words = std::move(words)](const std::string& word) -> std::string {
    if (std::find(words.begin(), words.end(), word) != words.end()) return "";
    return absl::StrCat("'", word, "' is none of ", absl::StrJoin(words, ", "));
  };
}

// Those that this machine does not have are told of where they are chosen.
std::string CheckKernel(const std::string& name) {
  const absl::Status status = train::SelectKernels(name).status();
  return absl::IsInvalidArgument(status) ? std::string(status.message()) : "";
}

LogLevel ParseLogLevel(const std::string& word) {
  if (word == "error") return LogLevel::kError;
  return word == "warning" ? LogLevel::kWarning : LogLevel::kInfo;
}

void AddCredentialFlags(CLI::App& app, ClientCredentialFiles& files) {
  app.add_option("--tls-ca", files.ca,
                 "Encrypt the connection, to a coordinator with a certificate "
                 "of these authorities (PEM)")
      ->envname("ETALON_TLS_CA")
      ->type_name("FILE");
  app.add_option("--tls-certificate", files.certificate,
                 "Ours, for a coordinator that asks for one (PEM)")
      ->envname("ETALON_TLS_CERTIFICATE")
      ->type_name("FILE");
  app.add_option("--tls-key", files.key, "Its key")
      ->envname("ETALON_TLS_KEY")
      ->type_name("FILE");
  app.add_option("--token-file", files.token,
                 "Holds the token to show, of the role worker; looked at again "
                 "every few seconds")
      ->envname("ETALON_TOKEN_FILE")
      ->type_name("FILE");
}

void AddFlags(CLI::App& app, WorkerOptions& options) {
  app.add_option("--server", options.server, "Address of the coordinator")
      ->envname("ETALON_SERVER")
      ->type_name("HOST:PORT")
      ->check(CheckAddress)
      ->capture_default_str();
  AddCredentialFlags(app, options.credentials);
  app.add_option("--data", options.data,
                 "Folder with the files of data sets: cifar-10-batches-bin/, "
                 "cifar-100-binary/, mnist/, fashion-mnist/, or what searches "
                 "name by path. Without it only data sets that are generated "
                 "can be used")
      ->type_name("DIR");
  app.add_option("--threads", options.threads,
                 "Groups of trials trained at the same time, one thread each; "
                 "default: the number of cores")
      ->type_name("T")
      ->check(CLI::Range(1, kMaxThreads));
  app.add_option_function<std::string>(
         "--fuse",
         [&options](const std::string& word) {
           options.fuse = ParseFuse(word);
         },
         "Trials that each thread leases at once and trains side by side, as "
         "far as they fit together; no result depends on it. auto, the "
         "default, suits it to the trials' shape and this machine's cache and "
         "memory")
      ->type_name("auto|K")
      ->check(CheckFuse);
  app.add_option("--name", options.name,
                 "What the worker is called in lists; default: host-pid")
      ->type_name("NAME")
      ->check(CheckName);
  app.add_option("--kernel", options.kernel,
                 "Instruction set to compute with. Workers with the same give "
                 "the same results to the bit; auto is the fastest here")
      ->type_name(absl::StrJoin(KernelChoices(), "|"))
      ->check(CheckKernel)
      ->capture_default_str();
  app.add_option("--checkpoints", options.checkpoints,
                 "Folder in which long trials leave checkpoints, from which "
                 "another attempt, of this worker or of others that share the "
                 "folder, goes on; default: $XDG_STATE_HOME/etalon or "
                 "~/.local/state/etalon")
      ->type_name("DIR");
  app.add_option_function<std::string>(
         "--checkpoint-interval",
         [&options](const std::string& text) {
           absl::ParseDuration(text, &options.checkpoint_interval);
         },
         "Time between two checkpoints of a trial, e.g. 60s or 5m; 0: never; "
         "default: 60s")
      ->type_name("TIME")
      ->check(CheckInterval);
  app.add_option_function<std::string>(
         "--log-level",
         [&options](const std::string& word) {
           options.log_level = ParseLogLevel(word);
         },
         "The least of what to log to standard error; default: info")
      ->type_name("info|warning|error")
      ->check(OneOf({"info", "warning", "error"}));
  app.add_option_function<std::string>(
         "--log-format",
         [&options](const std::string& word) {
           options.log_format =
               word == "json" ? LogFormat::kJson : LogFormat::kText;
         },
         "text, or json: one object a line; default: text")
      ->type_name("text|json")
      ->check(OneOf({"text", "json"}));
}

}  // namespace

int WorkerOptions::LeasedPerThread() const {
  return fuse.value_or(std::min(kMaxFusionWidth, kMaxHeldTrials / threads));
}

std::variant<WorkerOptions, int> ParseOptions(int argc,
                                              const char* const* argv) {
  WorkerOptions options;
  options.threads = static_cast<int>(
      std::clamp(std::thread::hardware_concurrency(), 1u, 1024u));
  options.name = DefaultName();
  options.checkpoints = DefaultCheckpoints();

  CLI::App app(kDescription, "etalon-worker");
  app.footer(kFooter);
  app.set_version_flag("--version", absl::StrCat("etalon-worker ", kVersion));
  AddFlags(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    std::cerr << "etalon-worker: " << error.what() << "; see --help\n";
    return kUsageError;
  }
  if (options.threads * options.LeasedPerThread() > kMaxHeldTrials) {
    std::cerr << "etalon-worker: --threads " << options.threads
              << " times --fuse " << *options.fuse << " is more than "
              << kMaxHeldTrials << " trials held at once; see --help\n";
    return kUsageError;
  }
  return options;
}

}  // namespace etalon
