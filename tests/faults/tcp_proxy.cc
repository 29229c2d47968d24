#include "tests/faults/tcp_proxy.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace etalon::testing {
namespace {

// What is kept of a stream whose receiver is slow.
constexpr size_t kMaxBuffered = size_t{1} << 20;
constexpr size_t kMaxConnections = 256;
constexpr size_t kReadBytes = 64 * 1024;
constexpr absl::Duration kTurn = absl::Milliseconds(50);

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

// Children of the test must not inherit them: a connection would seem to live
// on.
int NewSocket() {
  return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

// Closing it then sends RST, whatever is under way.
void ResetAndClose(int& descriptor) {
  if (descriptor < 0) return;
  const linger now = {.l_onoff = 1, .l_linger = 0};
  setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  close(descriptor);
  descriptor = -1;
}

bool WouldBlock() {
  return errno == EAGAIN || errno == EINTR || errno == ENOTCONN;
}

}  // namespace

TcpProxy::TcpProxy(int server_port) : server_port_(server_port) {
  listener_ = NewSocket();
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof(address);
  GTEST_CHECK_(listener_ >= 0);
  GTEST_CHECK_(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) ==
               0);
  GTEST_CHECK_(listen(listener_, 64) == 0);
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  GTEST_CHECK_(wake_ >= 0);
  thread_ = std::thread([this] { Run(); });
}

TcpProxy::~TcpProxy() {
  {
    MutexLock lock(mutex_);
    ending_ = true;
  }
  eventfd_write(wake_, 1);
  thread_.join();
  for (Connection& connection : connections_) Break(connection);
  close(listener_);
  close(wake_);
}

std::string TcpProxy::address() const {
  return absl::StrCat("127.0.0.1:", port_);
}

void TcpProxy::SetRule(const Rule& rule) {
  MutexLock lock(mutex_);
  rule_ = rule;
  eventfd_write(wake_, 1);
}

void TcpProxy::ResetConnections() {
  MutexLock lock(mutex_);
  reset_ = true;
  eventfd_write(wake_, 1);
}

void TcpProxy::Run() {
  for (;;) {
    Rule rule;
    bool reset = false;
    {
      MutexLock lock(mutex_);
      if (ending_) return;
      rule = rule_;
      reset = std::exchange(reset_, false);
    }
    Obey(rule, reset);
    Turn(rule);
  }
}

void TcpProxy::Obey(const Rule& rule, bool reset) {
  const bool whole = rule.to_server == Pass::kForward &&
                     rule.to_client == Pass::kForward && !rule.half_open;
  for (Connection& connection : connections_) {
    if (rule.half_open && connection.server >= 0) {
      ResetAndClose(connection.server);
      connection.lost_bytes = true;
    }
    if (reset || (whole && connection.lost_bytes)) Break(connection);
  }
  connections_.remove_if([](const Connection& c) { return c.broken; });
}

void TcpProxy::Turn(const Rule& rule) {
  std::vector<pollfd> polled = {{wake_, POLLIN, 0}, {listener_, POLLIN, 0}};
  absl::Duration wait = kTurn;
  const absl::Time before = absl::Now();
  for (const Connection& connection : connections_) {
    for (const Stream* stream :
         {&connection.to_server, &connection.to_client}) {
      if (stream->chunks.empty()) continue;
      const absl::Duration left = stream->chunks.front().due - before;
      if (left > absl::ZeroDuration()) wait = std::min(wait, left);
    }
    polled.push_back(Watch(connection.client, connection.to_server,
                           connection.to_client, before));
    polled.push_back(Watch(connection.server, connection.to_client,
                           connection.to_server, before));
  }
  poll(polled.data(), polled.size(),
       static_cast<int>(
           absl::ToInt64Milliseconds(absl::Ceil(wait, absl::Milliseconds(1)))));
  if (polled[0].revents != 0) {
    eventfd_t ignored = 0;
    eventfd_read(wake_, &ignored);
  }
  size_t index = 2;
  for (Connection& connection : connections_) {
    const short client = polled[index++].revents;
    const short server = polled[index++].revents;
    Move(connection.client, connection.server, rule.to_server, rule.delay,
         client, server, connection.to_server, connection);
    Move(connection.server, connection.client, rule.to_client, rule.delay,
         server, client, connection.to_client, connection);
    const bool over =
        connection.to_server.end_told && connection.to_client.end_told;
    if (over || connection.broken) Break(connection);
  }
  connections_.remove_if([](const Connection& c) { return c.broken; });
  if (polled[1].revents != 0) Accept(rule);
}

void TcpProxy::Accept(const Rule& rule) {
  Connection connection;
  connection.client =
      accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (connection.client < 0) return;
  if (rule.half_open) {
    connection.lost_bytes = true;
  } else {
    connection.server = NewSocket();
    const sockaddr_in address = Loopback(server_port_);
    const int connected =
        connect(connection.server, reinterpret_cast<const sockaddr*>(&address),
                sizeof(address));
    if (connected != 0 && errno != EINPROGRESS) Break(connection);
  }
  if (connections_.size() >= kMaxConnections) Break(connection);
  if (!connection.broken) connections_.push_back(std::move(connection));
}

pollfd TcpProxy::Watch(int descriptor, const Stream& in, const Stream& out,
                       absl::Time now) {
  short events = 0;
  if (!in.ended && in.size < kMaxBuffered) events |= POLLIN;
  if (!out.chunks.empty() && out.chunks.front().due <= now) events |= POLLOUT;
  // One that is watched for nothing would still wake us when its peer is gone.
  return {events == 0 ? -1 : descriptor, events, 0};
}

void TcpProxy::Move(int from, int to, Pass pass, absl::Duration delay,
                    short events_from, short events_to, Stream& stream,
                    Connection& connection) {
  if (connection.broken) return;
  if ((events_from & (POLLIN | POLLHUP | POLLERR)) != 0 && !stream.ended) {
    std::string bytes(kReadBytes, '\0');
    const ssize_t size = recv(from, bytes.data(), bytes.size(), 0);
    if (size > 0) {
      bytes.resize(static_cast<size_t>(size));
      if (pass == Pass::kDrop || to < 0) {
        connection.lost_bytes = true;
      } else {
        stream.size += bytes.size();
        stream.chunks.push_back({std::move(bytes), absl::Now() + delay});
      }
    } else if (size == 0 || !WouldBlock()) {
      stream.ended = true;
      // Over a link that loses bytes the end does not get through either.
      if (pass == Pass::kDrop || to < 0) connection.lost_bytes = true;
      if (size < 0 && !connection.lost_bytes) connection.broken = true;
    }
  }
  if ((events_to & POLLOUT) != 0 && !stream.chunks.empty()) {
    std::string& bytes = stream.chunks.front().bytes;
    const ssize_t size = send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size > 0) {
      stream.size -= static_cast<size_t>(size);
      bytes.erase(0, static_cast<size_t>(size));
      if (bytes.empty()) stream.chunks.pop_front();
    } else if (size < 0 && !WouldBlock()) {
      connection.broken = true;
    }
  }
  if (stream.ended && stream.chunks.empty() && !connection.lost_bytes &&
      !stream.end_told && to >= 0) {
    shutdown(to, SHUT_WR);
    stream.end_told = true;
  }
}

void TcpProxy::Break(Connection& connection) {
  ResetAndClose(connection.client);
  ResetAndClose(connection.server);
  connection.broken = true;
}

}  // namespace etalon::testing
