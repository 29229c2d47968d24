#include "server/listen_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace etalon {
namespace {

constexpr int kMaxPort = 65535;

absl::Status BindError(const ListenAddress& address, int error) {
  const std::string name = address.ToString();
  switch (error) {
    case EADDRINUSE:
      return absl::AlreadyExistsError(
          absl::StrCat("address ", name,
                       " is in use; stop the other server or choose another "
                       "--listen"));
    case EACCES:
      return absl::PermissionDeniedError(absl::StrCat(
          "not allowed to listen on ", name, "; choose a port above 1023"));
    default:
      return absl::FailedPreconditionError(
          absl::StrCat("cannot listen on ", name, ": ", strerror(error)));
  }
}

}  // namespace

SocketAddress ToSocketAddress(const ListenAddress& address) {
  const std::string host =
      address.host == "localhost" ? "127.0.0.1" : address.host;
  const in_port_t port = htons(static_cast<uint16_t>(address.port));
  SocketAddress result;
  sockaddr_in ipv4{};
  sockaddr_in6 ipv6{};
  if (inet_pton(AF_INET, host.c_str(), &ipv4.sin_addr) == 1) {
    ipv4.sin_family = AF_INET;
    ipv4.sin_port = port;
    memcpy(&result.storage, &ipv4, sizeof(ipv4));
    result.size = sizeof(ipv4);
  } else if (inet_pton(AF_INET6, host.c_str(), &ipv6.sin6_addr) == 1) {
    ipv6.sin6_family = AF_INET6;
    ipv6.sin6_port = port;
    memcpy(&result.storage, &ipv6, sizeof(ipv6));
    result.size = sizeof(ipv6);
  }
  return result;
}

std::string ListenAddress::ToString() const {
  const bool ipv6 = absl::StrContains(host, ':');
  return ipv6 ? absl::StrCat("[", host, "]:", port)
              : absl::StrCat(host, ":", port);
}

absl::StatusOr<ListenAddress> ParseListenAddress(absl::string_view text) {
  ListenAddress address;
  const size_t colon = text.rfind(':');
  absl::string_view host =
      text.substr(0, colon == absl::string_view::npos ? 0 : colon);
  const bool brackets =
      absl::ConsumePrefix(&host, "[") && absl::ConsumeSuffix(&host, "]");
  address.host = std::string(host);
  const bool valid = colon != absl::string_view::npos &&
                     absl::SimpleAtoi(text.substr(colon + 1), &address.port) &&
                     address.port >= 0 && address.port <= kMaxPort &&
                     brackets == absl::StrContains(host, ':') &&
                     ToSocketAddress(address).size > 0;
  if (valid) return address;
  return absl::InvalidArgumentError(
      absl::StrCat("'", text,
                   "' is not an address to listen on: write HOST:PORT with an "
                   "IP address or localhost, and a port from 0 to 65535"));
}

ListenAddress ReachableFromHere(const ListenAddress& address) {
  if (address.host == "0.0.0.0") return {"127.0.0.1", address.port};
  if (address.host == "::") return {"::1", address.port};
  return address;
}

bool IsLoopback(const ListenAddress& address) {
  return address.host == "localhost" || address.host == "::1" ||
         absl::StartsWith(address.host, "127.");
}

absl::StatusOr<ListeningSocket> Listen(const ListenAddress& address) {
  const SocketAddress socket_address = ToSocketAddress(address);
  const sa_family_t family = socket_address.storage.ss_family;
  const int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return BindError(address, errno);
  absl::Cleanup close_fd = [fd] { close(fd); };
  const int on = 1;
  const int off = 0;
  // Connections of a predecessor that linger do not count as use.
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (family == AF_INET6) {
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
  }
  const auto* raw = reinterpret_cast<const sockaddr*>(&socket_address.storage);
  // With SO_REUSEADDR two sockets may bind one address; only one may listen.
  if (bind(fd, raw, socket_address.size) != 0 || listen(fd, SOMAXCONN) != 0) {
    return BindError(address, errno);
  }
  SocketAddress bound;
  bound.size = sizeof(bound.storage);
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&bound.storage),
                  &bound.size) != 0) {
    return BindError(address, errno);
  }
  const in_port_t port =
      family == AF_INET6
          ? reinterpret_cast<const sockaddr_in6&>(bound.storage).sin6_port
          : reinterpret_cast<const sockaddr_in&>(bound.storage).sin_port;
  std::move(close_fd).Cancel();
  return ListeningSocket{fd, ntohs(port)};
}

}  // namespace etalon
