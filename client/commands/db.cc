#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "client/commands/commands.h"
#include "client/local/companion.h"

namespace etalon {

// The code that knows database files is the coordinator's program's
// (docs/adr/0009-database-commands-run-in-the-servers-program.md).
void AddDbCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* const command = app.add_subcommand(
      "db",
      "check, backup, restore, migrate: a coordinator's database file, on its "
      "machine");
  // All that follows is for the other program, --help too.
  command->set_help_flag();
  command->prefix_command();
  command->callback([&invocation, command] {
    invocation = [arguments = command->remaining()](Context& context) {
      std::vector<std::string> all = {context.binary_folder + "/etalon-server",
                                      "db"};
      all.insert(all.end(), arguments.begin(), arguments.end());
      return RunCompanion(all, context);
    };
  });
}

}  // namespace etalon
