#ifndef ETALON_SERVER_ACCEPTOR_H_
#define ETALON_SERVER_ACCEPTOR_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "common/clock.h"
#include "common/limited_log.h"
#include "common/limits.h"
#include "server/listen_address.h"

namespace etalon {

// The listening socket of a coordinator and the thread that takes connections
// from it. gRPC 1.51's own stops listening for good once the process has run
// out of file descriptors (CVE-2023-4785), and lets anybody bring that about.
//
// Promises: no more connections are open at a time than the limits say; one too
// many is reset at once. Whatever else takes up descriptors, connections are
// taken again as soon as there are some.
//
// How it knows what is open: of every connection it keeps a second descriptor,
// and waits for its EPOLLHUP. gRPC shuts a socket down in both directions
// before it closes its own descriptor, and the peer sees that at once; the
// second descriptor is closed upon it.
//
// Threads: Open, Start and Stop from one thread; the rest from any.
class Acceptor {
 public:
  struct Limits {
    int connections = kMaxConnections;
    // From one address.
    int connections_per_address = kMaxConnectionsPerAddress;
    // Addresses of this machine are not held to that.
    bool spare_loopback = true;
  };

  // Listens, so that callers wait rather than be refused until Start. `clock`
  // is borrowed. Errors as Listen (server/listen_address.h).
  static absl::StatusOr<std::unique_ptr<Acceptor>> Open(
      const ListenAddress& address, const Limits& limits, const Clock& clock);
  // Stops.
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  int port() const { return port_; }
  // Open now.
  int connections() const { return count_; }

  // From now on gives every connection to `serve`, on the acceptor's thread,
  // which then owns the descriptor (non-blocking). Once.
  void Start(std::function<void(int fd)> serve);

  // Takes no more; those that are open stay so. Twice does no harm.
  void Stop();

 private:
  Acceptor(int listening, int port, const Limits& limits, const Clock& clock);

  absl::Status SetUp();
  void Run();
  void Accept();
  // Of one connection from `source`.
  void Serve(int fd, const std::string& source, bool spared);
  // Why it must not be served; empty: it may.
  std::string WhyNot(const std::string& source, bool spared) const;
  void Forget(int watched);
  void Pause(bool pause);

  const int listening_;
  const int port_;
  const Limits limits_;
  std::function<void(int fd)> serve_;
  int epoll_ = -1;
  int wake_ = -1;  // written to when the thread is to end
  std::atomic<int> count_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;

  // The thread alone touches the rest.
  absl::flat_hash_map<int, std::string> sources_;  // by second descriptor
  absl::flat_hash_map<std::string, int> per_source_;
  bool paused_ = false;
  LimitedLog refusals_;
};

// As many descriptors as the system allows; to be called in main. Returns how
// many that is.
int RaiseFileLimit();

// How many connections leave enough descriptors for all else when there are
// `files`: up to `limit`.
int ConnectionsWithin(int limit, int files);

}  // namespace etalon

#endif  // ETALON_SERVER_ACCEPTOR_H_
