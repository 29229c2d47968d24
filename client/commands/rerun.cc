#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/fetch.h"
#include "client/local/companion.h"
#include "client/local/local_cluster.h"
#include "client/local/temporary_folder.h"
#include "client/names.h"
#include "client/output/text.h"
#include "client/paging.h"
#include "common/files.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

struct Options {
  ServerFlags server;
  std::string trial;
  std::string data;
  std::string kernel;
};

absl::Status CheckHasResult(const v1::Trial& trial) {
  if (trial.state() == v1::Trial::SUCCEEDED ||
      trial.state() == v1::Trial::DIVERGED ||
      trial.state() == v1::Trial::STOPPED) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat(trial.name(), " is ", v1::Trial::State_Name(trial.state()),
                   ": only trials that succeeded, diverged or were stopped "
                   "early have a result to hold another against"));
}

// Kernels of the worker that gave the result.
absl::StatusOr<std::string> KernelOf(const v1::Trial& trial,
                                     Connection& connection) {
  std::string kernel;
  ETALON_RETURN_IF_ERROR(
      ForEachWorker(connection, [&](const v1::Worker& worker) {
        if (worker.name() != trial.worker()) return true;
        kernel = worker.capabilities().kernel();
        return false;
      }));
  if (!kernel.empty()) return kernel;
  return absl::NotFoundError(
      absl::StrCat("the coordinator does not know the kernels of ",
                   trial.worker(), ", which trained ", trial.name()));
}

absl::StatusOr<ExitCode> Rerun(const Options& options, Context& context) {
  ETALON_ASSIGN_OR_RETURN(const std::string name, TrialNameOf(options.trial));
  ETALON_ASSIGN_OR_RETURN(const auto connection,
                          Connect(options.server, context));
  ETALON_ASSIGN_OR_RETURN(v1::Trial trial, FetchTrial(*connection, name));
  if (!trial.same_as().empty()) {
    context.err << Printable(trial.name())
                << " was not trained: " << Printable(trial.same_as())
                << " stands for it\n";
    ETALON_ASSIGN_OR_RETURN(trial, FetchTrial(*connection, trial.same_as()));
  }
  ETALON_RETURN_IF_ERROR(CheckHasResult(trial));
  ETALON_ASSIGN_OR_RETURN(const std::string kernel,
                          KernelOf(trial, *connection));
  ETALON_ASSIGN_OR_RETURN(const auto folder,
                          TemporaryFolder::Create("etalon-rerun", context));
  const std::string file = folder->File("trial");
  ETALON_RETURN_IF_ERROR(WriteFileAtomically(file, trial.SerializeAsString(),
                                             /*replace=*/false));
  std::vector<std::string> arguments = {
      WorkerPath(context), "rerun", "--trial", file, "--trained-with", kernel};
  if (!options.data.empty()) {
    arguments.insert(arguments.end(), {"--data", options.data});
  }
  if (!options.kernel.empty()) {
    arguments.insert(arguments.end(), {"--kernel", options.kernel});
  }
  return RunCompanion(arguments, context);
}

}  // namespace

void AddRerunCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "rerun",
      "Trains a trial again on this machine: are its numbers the same "
      "to the bit?");
  command
      ->add_option("TRIAL", options->trial,
                   "NAME/NUMBER or searches/NAME/trials/NUMBER")
      ->required();
  command
      ->add_option("--data", options->data,
                   "Folder of the data sets; generated ones need none")
      ->check(CLI::ExistingDirectory)
      ->type_name("DIR");
  command
      ->add_option("--kernel", options->kernel,
                   "Kernels to compute with, by a name that etalon-worker "
                   "--kernel takes; default: those of the worker that trained "
                   "it. Others round otherwise")
      ->type_name("NAME");
  AddServerFlags(*command, options->server);
  command->footer(
      "Trains it apart, whether or not it was trained side by side with others "
      "or went on\nfrom a checkpoint, and up to the same threshold where one "
      "stopped it; the database\nstays as it is.\n"
      "Exit codes: 0 the same to the bit, 1 not the same, 2 a flag or the data "
      "are wrong,\nor this processor lacks the kernels, 4 the trial has no "
      "result.\n"
      "Example:\n"
      "  etalon rerun quickstart/7");
  command->callback([&invocation, options] {
    invocation = [options](Context& context) {
      return Rerun(*options, context);
    };
  });
}

}  // namespace etalon
