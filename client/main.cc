#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <random>
#include <string>
#include <system_error>
#include <vector>

#include "client/command_line.h"
#include "client/interrupt.h"
#include "common/clock.h"
#include "common/rpc/library_log.h"
#include "common/signals.h"

namespace {

std::optional<std::string> EnvironmentVariable(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

std::string BinaryFolder() {
  std::error_code ignored;  // without /proc, `run` says what it cannot find
  return std::filesystem::read_symlink("/proc/self/exe", ignored)
      .parent_path()
      .string();
}

}  // namespace

int main(int argc, char** argv) {
  etalon::BlockTerminationSignals();
  etalon::RouteLibraryLog();
  etalon::Interrupt interrupt;
  const etalon::SignalWatcher signals(interrupt);
  std::random_device random;
  etalon::Context context{.in = std::cin,
                          .out = std::cout,
                          .out_terminal = etalon::DetectTerminal(
                              STDOUT_FILENO, EnvironmentVariable),
                          .err = std::cerr,
                          .err_terminal = etalon::DetectTerminal(
                              STDERR_FILENO, EnvironmentVariable),
                          .environment = EnvironmentVariable,
                          .clock = etalon::SystemClock(),
                          .interrupt = interrupt,
                          .random_seed = uint64_t{random()} << 32 | random(),
                          .binary_folder = BinaryFolder()};
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  return static_cast<int>(etalon::RunCommandLine(arguments, context));
}
