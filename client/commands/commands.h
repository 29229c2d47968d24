#ifndef ETALON_CLIENT_COMMANDS_COMMANDS_H_
#define ETALON_CLIENT_COMMANDS_COMMANDS_H_

#include <functional>

#include "absl/status/statusor.h"
#include "client/context.h"
#include "client/exit_code.h"

namespace CLI {
class App;
}  // namespace CLI

namespace etalon {

// What a command does once its arguments are parsed. An error's message is for
// the user, and its code becomes the exit code.
using Invocation = std::function<absl::StatusOr<ExitCode>(Context&)>;

// Each adds one verb to `app`, which sets `invocation` when it is the one that
// was typed. `invocation` must outlive the parsing. One file each.
void AddRunCommand(CLI::App& app, Invocation& invocation);
void AddSubmitCommand(CLI::App& app, Invocation& invocation);
void AddPlanCommand(CLI::App& app, Invocation& invocation);
void AddListCommand(CLI::App& app, Invocation& invocation);
void AddShowCommand(CLI::App& app, Invocation& invocation);
void AddWatchCommand(CLI::App& app, Invocation& invocation);
void AddBestCommand(CLI::App& app, Invocation& invocation);
void AddTrialsCommand(CLI::App& app, Invocation& invocation);
void AddTrialCommand(CLI::App& app, Invocation& invocation);
void AddRerunCommand(CLI::App& app, Invocation& invocation);
void AddModelCommand(CLI::App& app, Invocation& invocation);
void AddExportCommand(CLI::App& app, Invocation& invocation);
void AddCurvesCommand(CLI::App& app, Invocation& invocation);
void AddMapCommand(CLI::App& app, Invocation& invocation);
void AddWeightsCommand(CLI::App& app, Invocation& invocation);
void AddCompareCommand(CLI::App& app, Invocation& invocation);
void AddImportanceCommand(CLI::App& app, Invocation& invocation);
void AddPauseCommand(CLI::App& app, Invocation& invocation);
void AddResumeCommand(CLI::App& app, Invocation& invocation);
void AddCancelCommand(CLI::App& app, Invocation& invocation);
void AddWorkersCommand(CLI::App& app, Invocation& invocation);
void AddHealthCommand(CLI::App& app, Invocation& invocation);
void AddTokenCommand(CLI::App& app, Invocation& invocation);
void AddDbCommand(CLI::App& app, Invocation& invocation);
void AddDeleteCommand(CLI::App& app, Invocation& invocation);
void AddSqlCommand(CLI::App& app, Invocation& invocation);
// After all others, of which its script tells.
void AddCompletionCommand(CLI::App& app, Invocation& invocation);

}  // namespace etalon

#endif  // ETALON_CLIENT_COMMANDS_COMMANDS_H_
