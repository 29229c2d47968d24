#ifndef ETALON_SERVER_LISTEN_ADDRESS_H_
#define ETALON_SERVER_LISTEN_ADDRESS_H_

#include <sys/socket.h>

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

// An address for bind and connect, of either family.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

// size is 0 when the host is not an IP address or "localhost".
SocketAddress ToSocketAddress(const ListenAddress& address);

// The address by which this machine reaches who listens there.
ListenAddress ReachableFromHere(const ListenAddress& address);

// Whether only this machine can reach it.
bool IsLoopback(const ListenAddress& address);

// A socket that listens, for the caller to close; with the port that was given
// or chosen. [::] takes IPv4 as well, 0.0.0.0 only that.
struct ListeningSocket {
  int fd = -1;
  int port = 0;
};

// ALREADY_EXISTS: the address is in use, which no two sockets of ours may
// share. PERMISSION_DENIED, or FAILED_PRECONDITION for an address that this
// machine does not have.
absl::StatusOr<ListeningSocket> Listen(const ListenAddress& address);

}  // namespace etalon

#endif  // ETALON_SERVER_LISTEN_ADDRESS_H_
