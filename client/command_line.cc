#include "client/command_line.h"

#include <poll.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

#include "absl/status/statusor.h"
#include "client/commands/commands.h"
#include "client/output/text.h"
#include "common/version.h"

namespace etalon {
namespace {

// Whether standard output is a pipe that nobody reads any more.
bool ReaderHasGone() {
  pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  return poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

void AddCommands(CLI::App& app, Invocation& invocation) {
  AddRunCommand(app, invocation);
  AddSubmitCommand(app, invocation);
  AddPlanCommand(app, invocation);
  AddListCommand(app, invocation);
  AddShowCommand(app, invocation);
  AddWatchCommand(app, invocation);
  AddBestCommand(app, invocation);
  AddTrialsCommand(app, invocation);
  AddTrialCommand(app, invocation);
  AddRerunCommand(app, invocation);
  AddModelCommand(app, invocation);
  AddExportCommand(app, invocation);
  AddCurvesCommand(app, invocation);
  AddMapCommand(app, invocation);
  AddWeightsCommand(app, invocation);
  AddCompareCommand(app, invocation);
  AddImportanceCommand(app, invocation);
  AddPauseCommand(app, invocation);
  AddResumeCommand(app, invocation);
  AddCancelCommand(app, invocation);
  AddDeleteCommand(app, invocation);
  AddSqlCommand(app, invocation);
  AddWorkersCommand(app, invocation);
  AddHealthCommand(app, invocation);
  AddTokenCommand(app, invocation);
  AddDbCommand(app, invocation);
  AddCompletionCommand(app, invocation);
}

// Help goes to standard output, what is wrong with the arguments to standard
// error.
ExitCode ReportParseError(const CLI::App& app, const CLI::ParseError& error,
                          Context& context) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = app.exit(error, out, err);
  context.out << out.str() << std::flush;
  context.err << Printable(err.str(), /*keep_lines=*/true);
  return code == 0 ? ExitCode::kDone : ExitCode::kUsage;
}

}  // namespace

ExitCode RunCommandLine(const std::vector<std::string>& arguments,
                        Context& context) {
  CLI::App app("Etalon: distributed hyperparameter search", "etalon");
  app.set_version_flag("--version", std::string("etalon ") + kVersion);
  app.require_subcommand(1);
  app.footer(
      "Example: a search on this machine, from nothing to its best\n"
      "  etalon run examples/quickstart.yaml\n"
      "Exit codes: 0 done, 1 failed, 2 usage or invalid file, 3 not found,\n"
      "4 conflict or already finished, 5 coordinator unreachable,\n"
      "6 permission, 7 search ended without success, 8 deadline,\n"
      "130 interrupted. docs/cli.md explains every verb.");
  Invocation invocation;
  AddCommands(app, invocation);
  try {
    // CLI11 takes them last first.
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    return ReportParseError(app, error, context);
  }
  const absl::StatusOr<ExitCode> result = invocation(context);
  context.out.flush();
  if (!result.ok()) {
    context.err << "etalon: "
                << Printable(std::string(result.status().message()),
                             /*keep_lines=*/true)
                << "\n";
    return ExitCodeOf(result.status());
  }
  if (!context.out) {
    // `etalon export ... | head` is no mistake.
    if (!ReaderHasGone()) {
      context.err << "etalon: cannot write to standard output\n";
    }
    return ExitCode::kFailed;
  }
  return *result;
}

}  // namespace etalon
