#ifndef ETALON_SERVER_LISTEN_ADDRESS_H_
#define ETALON_SERVER_LISTEN_ADDRESS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace etalon {

// Where a server listens: "HOST:PORT", "[IPv6]:PORT".
struct ListenAddress {
  std::string host;  // without brackets
  int port = 0;      // 0: the system chooses

  std::string ToString() const;
};

// INVALID_ARGUMENT: not of that form; the host must be an IP address or
// "localhost".
absl::StatusOr<ListenAddress> ParseListenAddress(absl::string_view text);

// Whether only this machine can reach it.
bool IsLoopback(const ListenAddress& address);

// Binds and lets go again, to say clearly what gRPC would not: ALREADY_EXISTS
// when the address is in use, PERMISSION_DENIED, or FAILED_PRECONDITION for an
// address that this machine does not have. Another process may still take it
// in between.
absl::Status ProbeListenAddress(const ListenAddress& address);

}  // namespace etalon

#endif  // ETALON_SERVER_LISTEN_ADDRESS_H_
