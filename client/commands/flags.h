#ifndef ETALON_CLIENT_COMMANDS_FLAGS_H_
#define ETALON_CLIENT_COMMANDS_FLAGS_H_

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/connection.h"
#include "client/context.h"
#include "client/output/row_writer.h"
#include "common/rpc/credentials.h"

namespace etalon {

// Where the coordinator is and how long to wait for it.
struct ServerFlags {
  // Empty: as the settings say.
  std::string server;
  // Likewise, each.
  ClientCredentialFiles credentials;
  absl::Duration timeout = absl::Seconds(30);
};

void AddTimeoutFlag(CLI::App& command, ServerFlags& flags);
// --server, --timeout and how to be let in.
void AddServerFlags(CLI::App& command, ServerFlags& flags);

// -o, one of `formats`; `format` holds the default.
void AddOutputFlag(CLI::App& command, const std::vector<std::string>& formats,
                   OutputFormat& format);
// All formats.
void AddOutputFlag(CLI::App& command, OutputFormat& format);

// A connection as flags and settings say. INVALID_ARGUMENT: the settings' file
// is wrong. Errors of reading credentials.
absl::StatusOr<std::unique_ptr<Connection>> Connect(const ServerFlags& flags,
                                                    Context& context);

}  // namespace etalon

#endif  // ETALON_CLIENT_COMMANDS_FLAGS_H_
