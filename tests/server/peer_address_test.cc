#include "server/peer_address.h"

#include <gmock/gmock.h>

#include "server/listen_address.h"

namespace etalon {
namespace {

sockaddr_storage AddressOf(const std::string& host) {
  return ToSocketAddress({host, 1}).storage;
}

TEST(PeerAddress, MachineIsOnePeerWhateverItsPort) {
  EXPECT_EQ(PeerOf(AddressOf("10.0.0.7")), "10.0.0.7");
  EXPECT_EQ(PeerOf("ipv4:10.0.0.7:5000"), "10.0.0.7");
  EXPECT_EQ(PeerOf("ipv6:%5B::ffff:10.0.0.7%5D:5000"), "10.0.0.7");
  EXPECT_EQ(PeerOf(AddressOf("::ffff:10.0.0.7")), "10.0.0.7");
}

TEST(PeerAddress, Ipv6NetworkIsOnePeer) {
  const std::string peer = PeerOf(AddressOf("2001:db8:1:2:3:4:5:6"));
  EXPECT_EQ(peer, "2001:db8:1:2::/64");
  EXPECT_EQ(PeerOf("ipv6:%5B2001:db8:1:2:ffff::1%5D:5000"), peer);
  EXPECT_EQ(PeerOf("ipv6:[2001:db8:1:2::9]:5000"), peer);
  EXPECT_NE(PeerOf("ipv6:%5B2001:db8:1:3::1%5D:5000"), peer);
  EXPECT_EQ(PeerOf("ipv6:%5Bfe80::1%25eth0%5D:5000"), "fe80::/64");
}

TEST(PeerAddress, WhateverElseStandsForItself) {
  for (const char* text : {"", "ipv4:", "ipv6:", "ipv6:[x]:1", "unix:/a"}) {
    PeerOf(text);  // says something
  }
  EXPECT_EQ(PeerOf("unix:/a"), "unix:/a");
}

TEST(PeerAddress, KnowsThisMachine) {
  for (const char* host :
       {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(IsLoopback(AddressOf(host))) << host;
  }
  for (const char* host : {"10.0.0.1", "128.0.0.1", "::2", "::ffff:10.0.0.1"}) {
    EXPECT_FALSE(IsLoopback(AddressOf(host))) << host;
  }
}

}  // namespace
}  // namespace etalon
