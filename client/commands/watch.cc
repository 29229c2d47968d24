#include "client/progress/watch.h"

#include <memory>

#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/names.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

struct Options {
  ServerFlags server;
  std::string search;
  bool no_tty = false;
};

absl::StatusOr<ExitCode> Watch(const Options& options, Context& context) {
  ETALON_ASSIGN_OR_RETURN(const std::string name, SearchNameOf(options.search));
  ETALON_ASSIGN_OR_RETURN(const auto connection,
                          Connect(options.server, context));
  WatchOptions watch;
  watch.bars = context.out_terminal.interactive && !options.no_tty;
  const absl::StatusOr<v1::Search> search = WatchSearch(
      context, *connection, name, watch, context.out, context.out_terminal);
  if (absl::IsCancelled(search.status())) {
    context.err << "the search goes on; etalon watch " << LastPart(name)
                << " shows it again\n";
    return ExitCode::kInterrupted;
  }
  ETALON_RETURN_IF_ERROR(search.status());
  return ExitCodeOf(*search);
}

}  // namespace

void AddWatchCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "watch", "Progress until the search ends; 0 when it succeeded, else 7");
  command->add_option("SEARCH", options->search, "NAME or searches/NAME")
      ->required();
  command->add_flag("--no-tty", options->no_tty,
                    "Lines when something changed, instead of bars");
  AddServerFlags(*command, options->server);
  command->footer(
      "Ctrl-C ends the watch, not the search.\n"
      "Example:\n"
      "  etalon watch quickstart && etalon best quickstart");
  command->callback([&invocation, options] {
    invocation = [options](Context& context) {
      return Watch(*options, context);
    };
  });
}

}  // namespace etalon
