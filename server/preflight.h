#ifndef ETALON_SERVER_PREFLIGHT_H_
#define ETALON_SERVER_PREFLIGHT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/server.h"

namespace etalon {

// One thing that a server needs.
struct Finding {
  std::string subject;                // "address"
  absl::StatusOr<std::string> found;  // a sentence, or why it would not start
};

// What a server with these options would find. Changes nothing: creates no
// file, and listens nowhere for longer than it takes to see that it could.
// Blocks for as long as reading the database's pages takes.
std::vector<Finding> LookBefore(const Server::Options& options);

// A line each: "ok    address   127.0.0.1:7077 is free".
std::string ToText(const std::vector<Finding>& findings);

// Whether nothing keeps the server from starting.
bool WouldStart(const std::vector<Finding>& findings);

}  // namespace etalon

#endif  // ETALON_SERVER_PREFLIGHT_H_
