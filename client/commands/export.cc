#include <memory>
#include <string>

#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/commands/list_trials.h"
#include "client/names.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

struct Options {
  ServerFlags server;
  OutputFormat format = OutputFormat::kCsv;
  std::string search;
};

absl::StatusOr<ExitCode> Export(const Options& options, Context& context) {
  v1::ListTrialsRequest request;
  ETALON_ASSIGN_OR_RETURN(*request.mutable_parent(),
                          SearchNameOf(options.search));
  ETALON_ASSIGN_OR_RETURN(const auto connection,
                          Connect(options.server, context));
  ETALON_RETURN_IF_ERROR(WriteTrials(*connection, request, /*limit=*/0,
                                     /*columns=*/{}, options.format, context));
  return ExitCode::kDone;
}

}  // namespace

void AddExportCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "export", "Every trial of a search, for other programs");
  command->add_option("SEARCH", options->search, "NAME or searches/NAME")
      ->required();
  AddServerFlags(*command, options->server);
  AddOutputFlag(*command, {"csv", "json", "jsonl"}, options->format);
  command->footer(
      "Numbers are exact: they read back as the same doubles.\n"
      "Example:\n"
      "  etalon export quickstart -o csv > quickstart.csv");
  command->callback([&invocation, options] {
    invocation = [options](Context& context) {
      return Export(*options, context);
    };
  });
}

}  // namespace etalon
