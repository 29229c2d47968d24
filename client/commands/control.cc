// pause, resume and cancel: one call on one search each.

#include <memory>
#include <string>

#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/names.h"
#include "client/records/search_rows.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

using Service = Connection::Service;

struct Options {
  ServerFlags server;
  OutputFormat format = OutputFormat::kTable;
  std::string search;
};

template <typename Request>
struct Verb {
  const char* name;
  const char* description;
  const char* footer;
  Connection::Method<Request, v1::Search> method;
};

template <typename Request>
absl::StatusOr<ExitCode> Control(const Verb<Request>& verb,
                                 const Options& options, Context& context) {
  Request request;
  ETALON_ASSIGN_OR_RETURN(*request.mutable_name(),
                          SearchNameOf(options.search));
  ETALON_ASSIGN_OR_RETURN(const auto connection,
                          Connect(options.server, context));
  // Doing it twice is as doing it once.
  ETALON_ASSIGN_OR_RETURN(const v1::Search search,
                          connection->CallUntilDeadline(verb.method, request));
  WriteRows(options.format, SearchColumns(), {SearchRow(search)},
            context.out_terminal, context.out);
  return ExitCode::kDone;
}

template <typename Request>
void AddVerb(CLI::App& app, Invocation& invocation, const Verb<Request>& verb) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(verb.name, verb.description);
  command->add_option("SEARCH", options->search, "NAME or searches/NAME")
      ->required();
  AddServerFlags(*command, options->server);
  AddOutputFlag(*command, options->format);
  command->footer(verb.footer);
  command->callback([&invocation, options, verb] {
    invocation = [options, verb](Context& context) {
      return Control(verb, *options, context);
    };
  });
}

}  // namespace

void AddPauseCommand(CLI::App& app, Invocation& invocation) {
  AddVerb<v1::PauseSearchRequest>(
      app, invocation,
      {"pause", "Hand out no more trials; those at work go on",
       "Example: leave the workers to another search\n"
       "  etalon pause quickstart",
       &Service::PauseSearch});
}

void AddResumeCommand(CLI::App& app, Invocation& invocation) {
  AddVerb<v1::ResumeSearchRequest>(
      app, invocation,
      {"resume", "Go on with a paused search",
       "Example:\n"
       "  etalon resume quickstart && etalon watch quickstart",
       &Service::ResumeSearch});
}

void AddCancelCommand(CLI::App& app, Invocation& invocation) {
  AddVerb<v1::CancelSearchRequest>(
      app, invocation,
      {"cancel", "End a search: queued trials are dropped, workers stop theirs",
       "What it has found so far stays.\n"
       "Example:\n"
       "  etalon cancel quickstart",
       &Service::CancelSearch});
}

}  // namespace etalon
