#include <memory>

#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/paging.h"
#include "client/records/worker_rows.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

struct Options {
  ServerFlags server;
  OutputFormat format = OutputFormat::kTable;
};

absl::StatusOr<ExitCode> ListWorkers(const Options& options, Context& context) {
  ETALON_ASSIGN_OR_RETURN(const auto connection,
                          Connect(options.server, context));
  const auto writer = MakeRowWriter(options.format, WorkerColumns(),
                                    context.out_terminal, context.out);
  ETALON_RETURN_IF_ERROR(ForEachWorker(*connection, [&](const auto& worker) {
    writer->Write(WorkerRow(worker));
    return context.out.good();
  }));
  writer->Finish();
  return ExitCode::kDone;
}

}  // namespace

void AddWorkersCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "workers", "All workers, newest first, with what they can train");
  AddServerFlags(*command, options->server);
  AddOutputFlag(*command, options->format);
  command->footer(
      "Example: which worker cannot use its data, and why\n"
      "  etalon workers -o json");
  command->callback([&invocation, options] {
    invocation = [options](Context& context) {
      return ListWorkers(*options, context);
    };
  });
}

}  // namespace etalon
