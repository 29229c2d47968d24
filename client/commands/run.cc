#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <thread>

#include "absl/strings/str_cat.h"
#include "client/commands/best.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/commands/spec_flags.h"
#include "client/local/local_cluster.h"
#include "client/names.h"
#include "client/progress/watch.h"
#include "client/submission.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

constexpr int kBestShown = 3;
constexpr int kMaxWorkers = 256;

struct Options {
  // Only the timeout: the coordinator is our own.
  ServerFlags server;
  SpecFlags spec;
  OutputFormat format = OutputFormat::kTable;
  LocalCluster::Options cluster;
};

// Submits, shows the progress and writes the best, with everything running.
absl::StatusOr<ExitCode> RunSearch(const Options& options,
                                   const SearchFile& file,
                                   LocalCluster& cluster, Context& context) {
  Connection connection(cluster.address(), options.server.timeout, context);
  // The id is the content's: the same search in the same database goes on.
  ETALON_ASSIGN_OR_RETURN(
      const v1::Search submitted,
      Submit(connection, file, RequestIdOf(file.spec), /*paused=*/false));
  WatchOptions watch;
  watch.bars = context.err_terminal.interactive;
  watch.interval = absl::Milliseconds(500);
  watch.check = [&] { return cluster.Check(); };
  ETALON_ASSIGN_OR_RETURN(
      const v1::Search ended,
      WatchSearch(context, connection, submitted.name(), watch, context.err,
                  context.err_terminal));
  ETALON_RETURN_IF_ERROR(WriteBest(connection, ended.name(),
                                   {.count = kBestShown}, options.format,
                                   context));
  return ExitCodeOf(ended);
}

// Nothing is in it: the search that it was made for was refused.
void RemoveDatabase(const std::string& path) {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
    std::filesystem::remove(path + suffix, ignored);
  }
}

absl::StatusOr<ExitCode> Run(const Options& options, Context& context) {
  ETALON_ASSIGN_OR_RETURN(
      const SearchFile file,
      LoadSearchFile(options.spec.path, options.spec.overrides, context));
  LocalCluster::Options cluster_options = options.cluster;
  if (cluster_options.database.empty()) {
    cluster_options.database = file.spec.name() + ".db";
  }
  std::error_code unknown;
  const bool is_new =
      !std::filesystem::exists(cluster_options.database, unknown) && !unknown;
  ETALON_ASSIGN_OR_RETURN(auto cluster,
                          LocalCluster::Start(cluster_options, context));
  absl::StatusOr<ExitCode> result = RunSearch(options, file, *cluster, context);
  if (result.ok()) return result;
  if (absl::IsCancelled(result.status())) {
    context.err << "stopped; the same command again goes on from "
                << cluster_options.database << "\n";
    return ExitCode::kInterrupted;
  }
  std::string message(result.status().message());
  if (absl::IsAlreadyExists(result.status())) {
    message = absl::StrCat(cluster_options.database,
                           " has another search named ", file.spec.name(),
                           ", of another file or of this one before it was "
                           "changed: give another --name or --database");
  } else if (absl::IsInvalidArgument(result.status())) {
    cluster.reset();
    if (is_new) RemoveDatabase(cluster_options.database);
  } else {
    cluster->KeepLogs();
    absl::StrAppend(&message, "\nlogs are in ", cluster->log_folder());
  }
  return absl::Status(result.status().code(), message);
}

}  // namespace

void AddRunCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  options->cluster.workers =
      std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  CLI::App* const command = app.add_subcommand(
      "run",
      "The whole thing on this machine: coordinator, workers, search, best");
  AddSpecFlags(*command, options->spec);
  command
      ->add_option("--workers", options->cluster.workers,
                   "Worker processes; as many as cores by default")
      ->check(CLI::Range(1, kMaxWorkers));
  command
      ->add_option("--threads", options->cluster.threads,
                   "Trials at once in each worker; 1 by default")
      ->check(CLI::Range(1, kMaxWorkers));
  command
      ->add_option("--database", options->cluster.database,
                   "Where everything is kept; NAME.db by default")
      ->type_name("FILE");
  command
      ->add_option("--data", options->cluster.data,
                   "Folder of the data sets, for the workers")
      ->check(CLI::ExistingDirectory)
      ->type_name("DIR");
  // Most other commands have it, so people try.
  command
      ->add_option_function<std::string>(
          "--server",
          [](const std::string& address) {
            throw CLI::ValidationError(
                "--server",
                absl::StrCat("`run` starts a coordinator of its own; for the "
                             "one at '",
                             address, "': etalon submit SPEC --server ",
                             address, " --follow"));
          })
      ->group("");  // not in the help
  AddTimeoutFlag(*command, options->server);
  AddOutputFlag(*command, options->format);
  command->footer(
      "Progress goes to standard error, the best three to standard output.\n"
      "Interrupted, it goes on when the same command is given again.\n"
      "Example:\n"
      "  etalon run examples/quickstart.yaml --workers 2\n"
      "  sqlite3 quickstart.db 'SELECT * FROM trial_results'");
  command->callback([&invocation, options] {
    invocation = [options](Context& context) { return Run(*options, context); };
  });
}

}  // namespace etalon
