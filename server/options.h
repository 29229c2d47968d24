#ifndef ETALON_SERVER_OPTIONS_H_
#define ETALON_SERVER_OPTIONS_H_

#include <optional>
#include <string>

#include "common/log.h"
#include "server/server.h"

namespace etalon {

// What the command line of etalon-server asks for.
struct CommandLine {
  Server::Options server;
  // Whether the process is to end when a part of it is stuck.
  bool watchdog = true;
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kText;
  // Only say whether the server would start.
  bool check = false;
  // Where to write the port once the server listens; empty for nowhere.
  std::string port_file;
};

// None when the process is to end with `*exit_code`, all being said: --help and
// --version end with 0, flags that cannot be used with 2.
std::optional<CommandLine> ParseCommandLine(int argc, char** argv,
                                            int* exit_code);

}  // namespace etalon

#endif  // ETALON_SERVER_OPTIONS_H_
