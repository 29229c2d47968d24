#include "client/local/local_cluster.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/read_file.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

constexpr absl::Duration kStartTimeout = absl::Seconds(30);
constexpr absl::Duration kStopTimeout = absl::Seconds(10);
constexpr absl::Duration kPollInterval = absl::Milliseconds(20);
constexpr size_t kMaxLogBytes = 1024 * 1024;
// What an error repeats of a log.
constexpr size_t kLastLines = 5;

std::string LastLines(const std::string& log) {
  const absl::StatusOr<std::string> text = ReadFile(log, kMaxLogBytes);
  if (!text.ok()) return "";
  std::vector<std::string> lines =
      absl::StrSplit(*text, '\n', absl::SkipEmpty());
  std::string last;
  const size_t first =
      lines.size() > kLastLines ? lines.size() - kLastLines : 0;
  for (size_t i = first; i < lines.size(); ++i) {
    absl::StrAppend(&last, "\n  ", lines[i]);
  }
  return last;
}

}  // namespace

std::string WorkerPath(const Context& context) {
  return context.binary_folder + "/etalon-worker";
}

LocalCluster::LocalCluster(Context& context,
                           std::unique_ptr<TemporaryFolder> logs)
    : context_(context), logs_(std::move(logs)) {}

absl::StatusOr<std::unique_ptr<LocalCluster>> LocalCluster::Start(
    const Options& options, Context& context) {
  ETALON_ASSIGN_OR_RETURN(auto logs,
                          TemporaryFolder::Create("etalon-run", context));
  std::unique_ptr<LocalCluster> cluster(
      new LocalCluster(context, std::move(logs)));
  absl::Status status = cluster->StartServer(options);
  if (status.ok()) status = cluster->StartWorkers(options);
  if (status.ok()) return cluster;
  if (!absl::IsCancelled(status)) {
    cluster->KeepLogs();
    return absl::Status(status.code(),
                        absl::StrCat(status.message(), "\nlogs are in ",
                                     cluster->log_folder()));
  }
  return status;
}

LocalCluster::~LocalCluster() {
  Stop(workers_);
  Stop(server_);
}

absl::Status LocalCluster::StartServer(const Options& options) {
  const std::string log = logs_->File("server.log");
  const std::string port_file = logs_->File("port");
  server_.emplace_back();
  ETALON_ASSIGN_OR_RETURN(
      server_.back(),
      ChildProcess::Start(
          {context_.binary_folder + "/etalon-server", "--listen", "127.0.0.1:0",
           "--database", options.database, "--port-file", port_file},
          log));
  const absl::Duration deadline = context_.clock.Monotonic() + kStartTimeout;
  for (;;) {
    const absl::StatusOr<std::string> text = ReadFile(port_file, 64);
    int port = 0;
    if (text.ok() && absl::SimpleAtoi(*text, &port) && port > 0) {
      address_ = absl::StrCat("127.0.0.1:", port);
      return absl::OkStatus();
    }
    if (const auto how = server_.back()->Ended()) {
      return Died(*server_.back(), *how, log);
    }
    if (context_.clock.Monotonic() > deadline) {
      return absl::InternalError(
          absl::StrCat("the coordinator did not start within ",
                       absl::FormatDuration(kStartTimeout)));
    }
    if (context_.interrupt.WaitFor(kPollInterval)) {
      return absl::CancelledError("interrupted");
    }
  }
}

absl::Status LocalCluster::StartWorkers(const Options& options) {
  for (int i = 0; i < options.workers; ++i) {
    std::vector<std::string> arguments = {WorkerPath(context_),
                                          "--server",
                                          address_,
                                          "--name",
                                          absl::StrCat("local-", i + 1),
                                          "--threads",
                                          absl::StrCat(options.threads)};
    // Whatever the environment says of other coordinators: ours is on loopback
    // and asks for nothing.
    for (const char* flag :
         {"--tls-ca", "--tls-certificate", "--tls-key", "--token-file"}) {
      arguments.insert(arguments.end(), {flag, ""});
    }
    if (!options.data.empty()) {
      arguments.insert(arguments.end(), {"--data", options.data});
    }
    ETALON_ASSIGN_OR_RETURN(
        auto worker, ChildProcess::Start(arguments, LogOf(workers_.size())));
    workers_.push_back(std::move(worker));
  }
  return absl::OkStatus();
}

absl::Status LocalCluster::Check() {
  for (const auto& server : server_) {
    if (const auto how = server->Ended()) {
      return Died(*server, *how, logs_->File("server.log"));
    }
  }
  for (size_t i = 0; i < workers_.size(); ++i) {
    if (const auto how = workers_[i]->Ended()) {
      return Died(*workers_[i], *how, LogOf(i));
    }
  }
  return absl::OkStatus();
}

absl::Status LocalCluster::Died(const ChildProcess& child,
                                const std::string& how,
                                const std::string& log) const {
  return absl::InternalError(
      absl::StrCat(child.name(), " ended with ", how, ":", LastLines(log)));
}

void LocalCluster::Stop(std::vector<std::unique_ptr<ChildProcess>>& children) {
  for (const auto& child : children) {
    if (child != nullptr) child->Terminate();
  }
  const absl::Duration deadline = context_.clock.Monotonic() + kStopTimeout;
  for (const auto& child : children) {
    while (child != nullptr && !child->Ended().has_value() &&
           context_.clock.Monotonic() < deadline) {
      // Not a wait for the interrupt: it may be what brought us here.
      absl::SleepFor(kPollInterval);
    }
  }
  // The destructors kill what is left.
  children.clear();
}

std::string LocalCluster::LogOf(size_t worker) const {
  return logs_->File(absl::StrCat("worker-", worker + 1, ".log"));
}

}  // namespace etalon
