#include "server/watchdog.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/cleanup/cleanup.h"

namespace etalon {

Watchdog::Watchdog(const Options& options, std::vector<Part> parts,
                   const Clock& clock)
    : options_(options), parts_(std::move(parts)), clock_(clock) {
  for (size_t i = 0; i < parts_.size(); ++i) {
    signs_.push_back(std::make_shared<Sign>());
  }
  thread_ = std::thread([this] { Run(); });
  pthread_setname_np(thread_.native_handle(), "etalon-watchdog");
}

Watchdog::~Watchdog() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  thread_.join();
}

void Watchdog::Run() {
  absl::Duration before = clock_.Monotonic();
  for (;;) {
    {
      MutexLock lock(mutex_);
      if (!stopping_) changed_.WaitFor(mutex_, options_.interval);
      if (stopping_) return;
    }
    const absl::Duration now = clock_.Monotonic();
    // Whatever is beyond two intervals was our own sleep.
    Look(std::min(now - before, 2 * options_.interval));
    before = now;
  }
}

void Watchdog::Look(absl::Duration elapsed) {
  for (size_t i = 0; i < parts_.size(); ++i) {
    const std::shared_ptr<Sign> sign = signs_[i];
    sign->silent = sign->heard.exchange(false) ? absl::ZeroDuration()
                                               : sign->silent + elapsed;
    if (sign->silent >= options_.patience) {
      options_.report(parts_[i].name, sign->silent);
    }
    parts_[i].ask([sign] { sign->heard = true; });
  }
}

bool ListenerHangsUp(const ListenAddress& listener, absl::Duration timeout) {
  const SocketAddress address = ToSocketAddress(listener);
  const int fd = socket(address.storage.ss_family,
                        SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  // Descriptors are short: that says nothing of the listener.
  if (fd < 0) return true;
  const absl::Cleanup close_fd = [fd] { close(fd); };
  const auto* raw = reinterpret_cast<const sockaddr*>(&address.storage);
  const int timeout_ms = static_cast<int>(absl::ToInt64Milliseconds(timeout));
  if (connect(fd, raw, address.size) != 0) {
    if (errno != EINPROGRESS) return false;
    pollfd connected = {.fd = fd, .events = POLLOUT, .revents = 0};
    if (poll(&connected, 1, timeout_ms) <= 0) return false;
  }
  shutdown(fd, SHUT_WR);
  // Until the end, past what a server says before it has heard anything.
  for (;;) {
    pollfd ended = {.fd = fd, .events = POLLIN, .revents = 0};
    if (poll(&ended, 1, timeout_ms) <= 0) return false;
    char bytes[1024];
    const ssize_t got = read(fd, bytes, sizeof(bytes));
    if (got == 0) return true;
    // A reset hangs up as well.
    if (got < 0 && errno != EAGAIN && errno != EINTR) {
      return errno == ECONNRESET;
    }
  }
}

}  // namespace etalon
