// How many connections a server holds, with sockets that say nothing, and what
// becomes of its callers.

#include "server/acceptor.h"

#include <gmock/gmock.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "tests/server/server_fixture.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::ServerFixture;

constexpr int kWaitMs = 60'000;

// A connection that says nothing.
class Idle {
 public:
  // From an address of loopback, where one is given.
  explicit Idle(const ListenAddress& listener, const std::string& from = "") {
    const SocketAddress address = ToSocketAddress(listener);
    fd_ = socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (!from.empty()) {
      const SocketAddress source = ToSocketAddress({from, 0});
      EXPECT_EQ(bind(fd_, reinterpret_cast<const sockaddr*>(&source.storage),
                     source.size),
                0);
    }
    connected_ =
        connect(fd_, reinterpret_cast<const sockaddr*>(&address.storage),
                address.size) == 0;
  }
  Idle(Idle&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), connected_(other.connected_) {}
  ~Idle() { Close(); }
  void Close() {
    if (fd_ >= 0) close(std::exchange(fd_, -1));
  }
  bool connected() const { return connected_; }
  // Whether the server hangs up rather than saying something first.
  bool IsRefused() const {
    pollfd end = {.fd = fd_, .events = POLLIN, .revents = 0};
    char byte;
    return poll(&end, 1, kWaitMs) == 1 && read(fd_, &byte, 1) <= 0;
  }

 private:
  int fd_ = -1;
  bool connected_ = false;
};

class AcceptorTest : public ServerFixture {
 protected:
  void StartWith(const Acceptor::Limits& limits) {
    server_->Shutdown();
    Server::Options options = MakeOptions();
    options.connections = limits;
    Start(options);
  }
  void Connect(int count) {
    for (int i = 0; i < count; ++i) idle_.emplace_back(server_->address());
  }
  void AwaitConnections(int count) {
    const absl::Time deadline = absl::Now() + absl::Minutes(1);
    while (server_->connections() != count) {
      ASSERT_LT(absl::Now(), deadline) << server_->connections();
      absl::SleepFor(absl::Milliseconds(1));
    }
  }
  absl::Status Ask() {
    return Call(*searches_, &v1::SearchService::Stub::ListSearches,
                v1::ListSearchesRequest())
        .status();
  }

  std::vector<Idle> idle_;
};

TEST_F(AcceptorTest, ConnectionsAreCountedWhileTheyLast) {
  AwaitConnections(0);
  ETALON_EXPECT_OK(Ask());
  AwaitConnections(1);
  Connect(5);
  AwaitConnections(6);
  idle_.clear();
  AwaitConnections(1);
  searches_ = nullptr;
  workers_ = nullptr;
  channel_ = nullptr;
  AwaitConnections(0);
}

TEST_F(AcceptorTest, OneTooManyIsRefusedUntilAnotherEnds) {
  StartWith({.connections = 3});
  ETALON_EXPECT_OK(Ask());
  Connect(2);
  AwaitConnections(3);
  EXPECT_TRUE(Idle(server_->address()).IsRefused());
  ETALON_EXPECT_OK(Ask());
  idle_.front().Close();
  AwaitConnections(2);
  // gRPC says its settings: this one is served.
  EXPECT_FALSE(Idle(server_->address()).IsRefused());
}

TEST_F(AcceptorTest, OneAddressLeavesRoomForOthers) {
  StartWith({.connections_per_address = 2, .spare_loopback = false});
  Connect(2);
  AwaitConnections(2);
  EXPECT_TRUE(Idle(server_->address()).IsRefused());
  EXPECT_FALSE(Idle(server_->address(), "127.0.0.2").IsRefused());
  idle_.clear();
  AwaitConnections(0);
  EXPECT_FALSE(Idle(server_->address()).IsRefused());
}

TEST_F(AcceptorTest, ThousandIdleConnectionsAreOutlived) {
  ETALON_EXPECT_OK(Ask());
  RaiseFileLimit();
  Connect(1000);
  for (const Idle& idle : idle_) EXPECT_TRUE(idle.connected());
  // Those who are let in are served beside them.
  ETALON_EXPECT_OK(Ask());
  idle_.clear();
  ETALON_EXPECT_OK(Ask());
  AwaitConnections(1);
}

TEST_F(AcceptorTest, CallersComeAndGo) {
  for (int i = 0; i < 50; ++i) {
    const auto stub =
        v1::SearchService::NewStub(NewChannel(server_->address().ToString()));
    ETALON_ASSERT_OK(Call(*stub, &v1::SearchService::Stub::ListSearches,
                          v1::ListSearchesRequest()));
  }
  AwaitConnections(0);
}

TEST(ConnectionsWithin, LeavesDescriptorsForAllElse) {
  EXPECT_EQ(ConnectionsWithin(16'384, 1'000'000), 16'384);
  EXPECT_EQ(ConnectionsWithin(16'384, 1024), 480);
  EXPECT_EQ(ConnectionsWithin(100, 1024), 100);
  EXPECT_EQ(ConnectionsWithin(16'384, 64), 4);
  EXPECT_EQ(ConnectionsWithin(16'384, 0), 4);
}

// Acceptors alone: other addresses than loopback need no gRPC to be told apart.
TEST(Acceptor, SecondOnThePortIsRefused) {
  ETALON_ASSERT_OK_AND_ASSIGN(
      const auto first, Acceptor::Open({"127.0.0.1", 0}, {}, SystemClock()));
  EXPECT_TRUE(absl::IsAlreadyExists(
      Acceptor::Open({"127.0.0.1", first->port()}, {}, SystemClock())
          .status()));
}

}  // namespace
}  // namespace etalon
