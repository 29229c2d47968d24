#include <memory>

#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/paging.h"
#include "client/records/search_rows.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

struct Options {
  ServerFlags server;
  OutputFormat format = OutputFormat::kTable;
};

absl::StatusOr<ExitCode> List(const Options& options, Context& context) {
  ETALON_ASSIGN_OR_RETURN(const auto connection,
                          Connect(options.server, context));
  const auto writer = MakeRowWriter(options.format, SearchColumns(),
                                    context.out_terminal, context.out);
  ETALON_RETURN_IF_ERROR(ForEachSearch(*connection, [&](const auto& search) {
    writer->Write(SearchRow(search));
    return context.out.good();
  }));
  writer->Finish();
  return ExitCode::kDone;
}

}  // namespace

void AddListCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command =
      app.add_subcommand("list", "All searches, newest first");
  AddServerFlags(*command, options->server);
  AddOutputFlag(*command, options->format);
  command->footer(
      "Example: the names of all searches\n"
      "  etalon list -o name");
  command->callback([&invocation, options] {
    invocation = [options](Context& context) {
      return List(*options, context);
    };
  });
}

}  // namespace etalon
