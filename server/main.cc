#include <grpcpp/health_check_service_interface.h>

#include <memory>
#include <optional>
#include <random>

#include "absl/status/statusor.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/signals.h"
#include "server/options.h"
#include "server/port_file.h"
#include "server/server.h"

int main(int argc, char** argv) {
  etalon::BlockTerminationSignals();
  int exit_code = 0;
  std::optional<etalon::CommandLine> command_line =
      etalon::ParseCommandLine(argc, argv, &exit_code);
  if (!command_line.has_value()) return exit_code;
  etalon::SetLogLevel(command_line->log_level);
  std::random_device random;
  command_line->server.new_generation = uint64_t{random()} << 32 | random();
  grpc::EnableDefaultHealthCheckService(true);

  const absl::StatusOr<std::unique_ptr<etalon::Server>> server =
      etalon::Server::Create(command_line->server, etalon::SystemClock());
  absl::Status status = server.status();
  if (status.ok()) {
    etalon::LogInfo("listening on ", (*server)->address().ToString());
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
