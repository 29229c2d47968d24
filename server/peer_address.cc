#include "server/peer_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace etalon {
namespace {

constexpr size_t kNetworkBytes = 8;  // of an IPv6 address, for one machine
constexpr size_t kMappedBytes = 12;  // before the IPv4 address in an IPv6 one

std::string TextOf(const in_addr& address) {
  char text[INET_ADDRSTRLEN] = {};
  inet_ntop(AF_INET, &address, text, sizeof(text));
  return text;
}

in_addr MappedOf(const in6_addr& address) {
  in_addr mapped{};
  memcpy(&mapped, address.s6_addr + kMappedBytes, sizeof(mapped));
  return mapped;
}

std::string NetworkOf(in6_addr address) {
  if (IN6_IS_ADDR_V4MAPPED(&address)) return TextOf(MappedOf(address));
  std::fill(std::begin(address.s6_addr) + kNetworkBytes,
            std::end(address.s6_addr), 0);
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(AF_INET6, &address, text, sizeof(text));
  return absl::StrCat(text, "/64");
}

const sockaddr_in6& Ipv6(const sockaddr_storage& address) {
  return reinterpret_cast<const sockaddr_in6&>(address);
}
const sockaddr_in& Ipv4(const sockaddr_storage& address) {
  return reinterpret_cast<const sockaddr_in&>(address);
}

bool IsLoopback(const in_addr& address) {
  return ntohl(address.s_addr) >> 24 == IN_LOOPBACKNET;
}

}  // namespace

std::string PeerOf(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) return TextOf(Ipv4(address).sin_addr);
  if (address.ss_family == AF_INET6) return NetworkOf(Ipv6(address).sin6_addr);
  return "unknown";
}

std::string PeerOf(absl::string_view grpc_peer) {
  absl::string_view rest = grpc_peer;
  if (absl::ConsumePrefix(&rest, "ipv4:")) {
    return std::string(rest.substr(0, rest.rfind(':')));
  }
  if (absl::ConsumePrefix(&rest, "ipv6:")) {
    rest = rest.substr(0, rest.rfind(':'));
    if (!absl::ConsumePrefix(&rest, "%5B")) absl::ConsumePrefix(&rest, "[");
    if (!absl::ConsumeSuffix(&rest, "%5D")) absl::ConsumeSuffix(&rest, "]");
    in6_addr address{};
    // A scope ("%eth0", escaped) is no part of the address.
    const std::string text(rest.substr(0, rest.find('%')));
    if (inet_pton(AF_INET6, text.c_str(), &address) == 1) {
      return NetworkOf(address);
    }
  }
  return std::string(grpc_peer);
}

bool IsLoopback(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) return IsLoopback(Ipv4(address).sin_addr);
  if (address.ss_family != AF_INET6) return false;
  const in6_addr& ipv6 = Ipv6(address).sin6_addr;
  return IN6_IS_ADDR_LOOPBACK(&ipv6) ||
         (IN6_IS_ADDR_V4MAPPED(&ipv6) && IsLoopback(MappedOf(ipv6)));
}

}  // namespace etalon
