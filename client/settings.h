#ifndef ETALON_CLIENT_SETTINGS_H_
#define ETALON_CLIENT_SETTINGS_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/output/terminal.h"
#include "common/rpc/credentials.h"

namespace etalon {

inline constexpr char kDefaultServer[] = "127.0.0.1:7077";

// What a user sets once rather than with every command.
struct Settings {
  std::string server = kDefaultServer;
  ClientCredentialFiles credentials;
};

// Each from, in order of precedence: a flag (empty: not given), a variable
// (ETALON_SERVER, ETALON_TLS_CA, ETALON_TLS_CERTIFICATE, ETALON_TLS_KEY,
// ETALON_TOKEN_FILE), the file etalon/config.yaml in $XDG_CONFIG_HOME or
// ~/.config (server, tls_ca, ...), the default.
// INVALID_ARGUMENT: the file cannot be read or is wrong; names file and line.
absl::StatusOr<Settings> ResolveSettings(const std::string& server_flag,
                                         const ClientCredentialFiles& flags,
                                         const Environment& environment);

}  // namespace etalon

#endif  // ETALON_CLIENT_SETTINGS_H_
