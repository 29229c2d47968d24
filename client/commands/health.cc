#include <memory>

#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

absl::StatusOr<ExitCode> Health(const ServerFlags& flags, Context& context) {
  ETALON_ASSIGN_OR_RETURN(const auto connection, Connect(flags, context));
  ETALON_ASSIGN_OR_RETURN(const std::string state, connection->CheckHealth());
  context.out << state << "\n";
  return state == "SERVING" ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace

void AddHealthCommand(CLI::App& app, Invocation& invocation) {
  const auto flags = std::make_shared<ServerFlags>();
  CLI::App* const command = app.add_subcommand(
      "health", "Whether the coordinator serves: SERVING and 0, or why not");
  AddServerFlags(*command, *flags);
  command->footer(
      "Example: wait for a coordinator to come up\n"
      "  until etalon health --timeout 1s; do sleep 1; done");
  command->callback([&invocation, flags] {
    invocation = [flags](Context& context) { return Health(*flags, context); };
  });
}

}  // namespace etalon
