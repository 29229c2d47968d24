#include <grpcpp/health_check_service_interface.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/rpc/library_log.h"
#include "common/signals.h"
#include "server/acceptor.h"
#include "server/database_command.h"
#include "server/options.h"
#include "server/port_file.h"
#include "server/preflight.h"
#include "server/server.h"

namespace {

// As sysexits.h has it: an error of input or output.
constexpr int kLostCommitExitCode = 74;

// Nothing is answered any more, and nothing tidied up that might write.
void EndAfterLostCommit(const absl::Status& error) {
  etalon::LogError(
      "whether the last transaction is on the disk cannot be "
      "known (",
      error.message(), "); ending, so that a successor reads what is");
  _exit(kLostCommitExitCode);
}

// The supervisor starts another, which resumes where this one stands: nothing
// that was acknowledged is lost. Without the usual end, which might wait for
// the very part that is stuck.
constexpr int kStuckExitCode = 3;

void EndStuckProcess(absl::string_view part, absl::Duration silent) {
  etalon::LogError("the ", part, " has given no sign of life for ",
                   absl::FormatDuration(silent), ": ending");
  _exit(kStuckExitCode);
}

uint64_t DrawGeneration() {
  std::random_device random;
  return uint64_t{random()} << 32 | random();
}

// What the program does besides coordinating: `etalon db`.
int RunDatabaseCommand(int argc, char** argv) {
  etalon::DatabaseCommandContext context{
      .out = std::cout,
      .err = std::cerr,
      .err_is_terminal = isatty(STDERR_FILENO) == 1,
      .clock = etalon::SystemClock(),
      .random = DrawGeneration()};
  return etalon::RunDatabaseCommand({argv, argv + argc}, context);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string(argv[1]) == "db") {
    return RunDatabaseCommand(argc - 2, argv + 2);
  }
  etalon::BlockTerminationSignals();
  int exit_code = 0;
  std::optional<etalon::CommandLine> command_line =
      etalon::ParseCommandLine(argc, argv, &exit_code);
  if (!command_line.has_value()) return exit_code;
  etalon::SetLogLevel(command_line->log_level);
  etalon::SetLogFormat(command_line->log_format);
  if (command_line->check) {
    const std::vector<etalon::Finding> findings =
        etalon::LookBefore(command_line->server);
    std::cout << etalon::ToText(findings);
    return etalon::WouldStart(findings) ? 0 : 1;
  }
  command_line->server.new_generation = DrawGeneration();
  command_line->server.on_lost_commit = EndAfterLostCommit;
  if (command_line->watchdog) {
    command_line->server.watchdog.report = EndStuckProcess;
  }
  grpc::EnableDefaultHealthCheckService(true);
  etalon::RaiseFileLimit();
  etalon::RouteLibraryLog();

  const absl::StatusOr<std::unique_ptr<etalon::Server>> server =
      etalon::Server::Create(command_line->server, etalon::SystemClock());
  absl::Status status = server.status();
  if (status.ok()) {
    etalon::LogInfo("listening on ", (*server)->address().ToString());
    if ((*server)->metrics_port() != 0) {
      etalon::LogInfo("metrics at port ", (*server)->metrics_port());
    }
    status = etalon::WritePortFile(command_line->port_file, (*server)->port());
  }
  if (!status.ok()) {
    etalon::LogError(status.message());
    return 1;
  }
  const int signal = etalon::WaitForTerminationSignal();
  etalon::LogInfo("shutting down on signal ", signal);
  (*server)->Shutdown();
  return 0;
}
