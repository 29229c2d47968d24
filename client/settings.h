#ifndef ETALON_CLIENT_SETTINGS_H_
#define ETALON_CLIENT_SETTINGS_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/output/terminal.h"

namespace etalon {

inline constexpr char kDefaultServer[] = "127.0.0.1:7077";

// What a user sets once rather than with every command.
struct Settings {
  std::string server = kDefaultServer;
};

// From, in order of precedence: `server_flag` (empty: not given), the variable
// ETALON_SERVER, the file etalon/config.yaml in $XDG_CONFIG_HOME or ~/.config,
// the default.
// INVALID_ARGUMENT: the file cannot be read or is wrong; names file and line.
absl::StatusOr<Settings> ResolveSettings(const std::string& server_flag,
                                         const Environment& environment);

}  // namespace etalon

#endif  // ETALON_CLIENT_SETTINGS_H_
