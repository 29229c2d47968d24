#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/names.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

struct Options {
  ServerFlags server;
  OutputFormat format = OutputFormat::kTable;
  std::string search;
  bool yes = false;
};

absl::StatusOr<ExitCode> Delete(const Options& options, Context& context) {
  v1::DeleteSearchRequest request;
  ETALON_ASSIGN_OR_RETURN(*request.mutable_name(),
                          SearchNameOf(options.search));
  if (!options.yes) {
    return absl::InvalidArgumentError(
        absl::StrCat("nothing was deleted: say --yes to delete ",
                     request.name(), " with all its results, for good"));
  }
  ETALON_ASSIGN_OR_RETURN(const auto connection,
                          Connect(options.server, context));
  ETALON_ASSIGN_OR_RETURN(
      const v1::DeleteSearchResponse response,
      (connection->CallUntilDeadline<v1::DeleteSearchRequest,
                                     v1::DeleteSearchResponse>(
          &Connection::Service::DeleteSearch, request)));
  static const auto* const columns = new std::vector<Column>{
      {"deleted", Display::kText}, {"trials", Display::kNumber}};
  WriteRows(options.format, *columns,
            {{request.name(), {request.name(), int64_t{response.trials()}}}},
            context.out_terminal, context.out);
  return ExitCode::kDone;
}

}  // namespace

void AddDeleteCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "delete", "Delete a search that has ended, with all its results");
  command->add_option("SEARCH", options->search, "NAME or searches/NAME")
      ->required();
  command->add_flag("--yes", options->yes, "Without it nothing is deleted");
  AddServerFlags(*command, options->server);
  AddOutputFlag(*command, options->format);
  command->footer(
      "Trials, measurements and models go; what happened stays in the table "
      "`events`.\nThe name is free at once. Exit code 4 where the search has "
      "not "
      "ended.\n"
      "Example: keep the numbers, not the search\n"
      "  etalon export quickstart > quickstart.csv &&\n"
      "    etalon delete quickstart --yes");
  command->callback([&invocation, options] {
    invocation = [options](Context& context) {
      return Delete(*options, context);
    };
  });
}

}  // namespace etalon
