#include "server/acceptor.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/peer_address.h"

namespace etalon {
namespace {

// For the database, gRPC's own and whatever libraries open.
constexpr int kReservedFiles = 64;
// So that a process which is short of descriptors can still be looked at.
constexpr int kFewestConnections = 4;
constexpr int kEvents = 64;
// How long to leave the queue alone when there are no descriptors.
constexpr int kPauseMs = 100;
// One round of the queue, between looks at what has ended.
constexpr int kAcceptsPerRound = 64;

// The peer learns at once, and no state stays behind.
void Reset(int fd) {
  const linger now = {.l_onoff = 1, .l_linger = 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  close(fd);
}

absl::Status Failed(absl::string_view what) {
  return absl::InternalError(absl::StrCat(what, ": ", strerror(errno)));
}

int FileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  return static_cast<int>(
      std::min<rlim_t>(limit.rlim_cur, std::numeric_limits<int>::max()));
}

}  // namespace

int RaiseFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
      limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  return FileLimit();
}

int ConnectionsWithin(int limit, int files) {
  // Each takes two.
  return std::min(limit,
                  std::max((files - kReservedFiles) / 2, kFewestConnections));
}

absl::StatusOr<std::unique_ptr<Acceptor>> Acceptor::Open(
    const ListenAddress& address, const Limits& limits, const Clock& clock) {
  ETALON_ASSIGN_OR_RETURN(const ListeningSocket socket, Listen(address));
  Limits within = limits;
  within.connections = ConnectionsWithin(limits.connections, FileLimit());
  std::unique_ptr<Acceptor> acceptor(
      new Acceptor(socket.fd, socket.port, within, clock));
  ETALON_RETURN_IF_ERROR(acceptor->SetUp());
  return acceptor;
}

Acceptor::Acceptor(int listening, int port, const Limits& limits,
                   const Clock& clock)
    : listening_(listening), port_(port), limits_(limits), refusals_(clock) {}

absl::Status Acceptor::SetUp() {
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_ < 0) return Failed("epoll_create1");
  wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_ < 0) return Failed("eventfd");
  for (const int fd : {listening_, wake_}) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) {
      return Failed("epoll_ctl");
    }
  }
  return absl::OkStatus();
}

Acceptor::~Acceptor() {
  Stop();
  for (const auto& [watched, source] : sources_) close(watched);
  close(listening_);
  if (epoll_ >= 0) close(epoll_);
  if (wake_ >= 0) close(wake_);
}

void Acceptor::Start(std::function<void(int fd)> serve) {
  serve_ = std::move(serve);
  thread_ = std::thread([this] { Run(); });
  pthread_setname_np(thread_.native_handle(), "etalon-accept");
}

void Acceptor::Stop() {
  stopping_ = true;
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wake_, &one, sizeof(one));
  if (thread_.joinable()) thread_.join();
}

void Acceptor::Run() {
  epoll_event events[kEvents];
  while (!stopping_) {
    const int count =
        epoll_wait(epoll_, events, kEvents, paused_ ? kPauseMs : -1);
    // Descriptors that have ended first: they make room for new ones.
    bool waiting = false;
    for (int i = 0; i < count; ++i) {
      const int fd = events[i].data.fd;
      if (fd == listening_) {
        waiting = true;
      } else if (fd != wake_) {
        Forget(fd);
      }
    }
    if (paused_) Pause(false);
    if (waiting) Accept();
  }
}

void Acceptor::Accept() {
  for (int i = 0; i < kAcceptsPerRound && !stopping_; ++i) {
    sockaddr_storage address{};
    socklen_t size = sizeof(address);
    const int fd = accept4(listening_, reinterpret_cast<sockaddr*>(&address),
                           &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      Serve(fd, PeerOf(address), limits_.spare_loopback && IsLoopback(address));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return;
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
               errno == ENOMEM) {
      refusals_.Note(absl::StrCat("cannot take a connection: ", strerror(errno),
                                  "; trying on"));
      Pause(true);
      return;
    }
    // Otherwise that connection was gone before we came to it.
  }
}

void Acceptor::Serve(int fd, const std::string& source, bool spared) {
  const std::string why_not = WhyNot(source, spared);
  if (!why_not.empty()) {
    refusals_.Note(absl::StrCat("refused a connection: ", why_not));
    return Reset(fd);
  }
  const int watched = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  epoll_event event{};  // no events: EPOLLHUP comes unasked
  event.data.fd = watched;
  if (watched < 0 || epoll_ctl(epoll_, EPOLL_CTL_ADD, watched, &event) != 0) {
    refusals_.Note(absl::StrCat("cannot take a connection: ", strerror(errno)));
    if (watched >= 0) close(watched);
    return Reset(fd);
  }
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  sources_.emplace(watched, source);
  ++per_source_[source];
  ++count_;
  serve_(fd);
}

std::string Acceptor::WhyNot(const std::string& source, bool spared) const {
  if (count_ >= limits_.connections) {
    return absl::StrCat(limits_.connections, " are open, as many as may be");
  }
  const auto found = per_source_.find(source);
  if (!spared && found != per_source_.end() &&
      found->second >= limits_.connections_per_address) {
    return absl::StrCat(source, " has ", found->second,
                        ", as many as one address may have");
  }
  return "";
}

void Acceptor::Forget(int watched) {
  const auto found = sources_.find(watched);
  if (found == sources_.end()) return;
  const auto source = per_source_.find(found->second);
  if (--source->second == 0) per_source_.erase(source);
  sources_.erase(found);
  --count_;
  close(watched);  // which takes it out of epoll_
}

void Acceptor::Pause(bool pause) {
  epoll_event event{};
  event.events = pause ? 0u : uint32_t{EPOLLIN};
  event.data.fd = listening_;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, listening_, &event);
  paused_ = pause;
}

}  // namespace etalon
