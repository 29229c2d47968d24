#ifndef ETALON_SERVER_PEER_ADDRESS_H_
#define ETALON_SERVER_PEER_ADDRESS_H_

#include <sys/socket.h>

#include <string>

#include "absl/strings/string_view.h"

namespace etalon {

// Whom an address stands for, as text: an IPv4 address, or the /64 of an IPv6
// one, which one machine has to itself.
std::string PeerOf(const sockaddr_storage& address);

// The same of what gRPC calls a peer: "ipv4:10.0.0.1:5000",
// "ipv6:%5Bfe80::1%5D:5000". Whatever else it is stands for itself.
std::string PeerOf(absl::string_view grpc_peer);

// Whether it is this machine.
bool IsLoopback(const sockaddr_storage& address);

}  // namespace etalon

#endif  // ETALON_SERVER_PEER_ADDRESS_H_
