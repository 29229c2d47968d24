#include <memory>
#include <string>

#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/commands/spec_flags.h"
#include "client/names.h"
#include "client/output/text.h"
#include "client/progress/watch.h"
#include "client/records/search_rows.h"
#include "client/submission.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

struct Options {
  ServerFlags server;
  SpecFlags spec;
  // No -o: the bare name, for people and for $(...).
  OutputFormat format = OutputFormat::kTable;
  std::string request_id;
  bool paused = false;
  bool follow = false;
};

void WriteSearch(const v1::Search& search, OutputFormat format,
                 Context& context) {
  if (format == OutputFormat::kTable) {
    context.out << Printable(LastPart(search.name())) << "\n";
  } else {
    WriteRows(format, SearchColumns(), {SearchRow(search)},
              context.out_terminal, context.out);
  }
  context.out.flush();
}

absl::StatusOr<ExitCode> SubmitSearch(const Options& options,
                                      Context& context) {
  ETALON_ASSIGN_OR_RETURN(
      const SearchFile file,
      LoadSearchFile(options.spec.path, options.spec.overrides, context));
  ETALON_ASSIGN_OR_RETURN(const auto connection,
                          Connect(options.server, context));
  const std::string request_id = options.request_id.empty()
                                     ? RandomRequestId(context)
                                     : options.request_id;
  ETALON_ASSIGN_OR_RETURN(
      const v1::Search search,
      Submit(*connection, file, request_id, options.paused));
  WriteSearch(search, options.format, context);
  if (!options.follow) return ExitCode::kDone;
  WatchOptions watch;
  watch.bars = context.err_terminal.interactive;
  const absl::StatusOr<v1::Search> ended =
      WatchSearch(context, *connection, search.name(), watch, context.err,
                  context.err_terminal);
  if (absl::IsCancelled(ended.status())) {
    context.err << "the search goes on; etalon watch "
                << LastPart(search.name()) << " shows it again\n";
    return ExitCode::kInterrupted;
  }
  ETALON_RETURN_IF_ERROR(ended.status());
  return ExitCodeOf(*ended);
}

}  // namespace

void AddSubmitCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command =
      app.add_subcommand("submit", "Start a search; prints its name");
  AddSpecFlags(*command, options->spec);
  command->add_option("--request-id", options->request_id,
                      "Submitting again under the same id gives the same "
                      "search; random by default");
  command->add_flag("--paused", options->paused,
                    "Hand out nothing until etalon resume");
  command->add_flag("--follow", options->follow,
                    "Show its progress and wait for its end, as watch does");
  AddServerFlags(*command, options->server);
  AddOutputFlag(*command, options->format);
  command->footer(
      "A file that is wrong is answered with every problem and its line, and\n"
      "nothing is submitted. docs/search-files.md explains every key.\n"
      "Example: with another batch size, and a name that says so\n"
      "  etalon submit examples/quickstart.yaml --name batch-50 \\\n"
      "    --set training.batch_size=50 --set stages.coarse.replicates=2");
  command->callback([&invocation, options] {
    invocation = [options](Context& context) {
      return SubmitSearch(*options, context);
    };
  });
}

}  // namespace etalon
