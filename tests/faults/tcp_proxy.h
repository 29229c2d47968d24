#ifndef ETALON_TESTS_FAULTS_TCP_PROXY_H_
#define ETALON_TESTS_FAULTS_TCP_PROXY_H_

#include <poll.h>

#include <cstddef>
#include <deque>
#include <list>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "common/mutex.h"

namespace etalon::testing {

// A proxy on loopback that does harm to the bytes between clients and a server.
// What it does to a stream is what networks do to one: bytes come late, or the
// connection ends; bytes that were lost never show as a hole, for whoever lost
// some is reset once the link is whole again.
//
// Threads: any. One thread of its own does the work.
class TcpProxy {
 public:
  enum class Pass {
    kForward,
    kDrop,  // read and thrown away: the sender takes them for sent
  };
  struct Rule {
    Pass to_server = Pass::kForward;
    Pass to_client = Pass::kForward;
    absl::Duration delay = {};  // of every byte, each way
    // Connections to the server are reset and not made anew, and clients are
    // not told.
    bool half_open = false;
  };

  // Clients are connected to `server_port` of 127.0.0.1.
  explicit TcpProxy(int server_port);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  int port() const { return port_; }
  std::string address() const;

  // From now on.
  void SetRule(const Rule& rule);
  // Ends every connection there is with RST, to both sides.
  void ResetConnections();

 private:
  struct Chunk {
    std::string bytes;
    absl::Time due;
  };
  // Bytes on their way from one socket to another.
  struct Stream {
    std::deque<Chunk> chunks;
    size_t size = 0;
    bool ended = false;     // the sender has sent all
    bool end_told = false;  // and the receiver knows
  };
  struct Connection {
    int client = -1;
    int server = -1;  // -1: gone
    Stream to_server;
    Stream to_client;
    bool lost_bytes = false;
    bool broken = false;
  };

  void Run();
  // One turn: waits for something to do, no longer than a moment, and does it.
  void Turn(const Rule& rule);
  void Accept(const Rule& rule);
  void Obey(const Rule& rule, bool reset);
  static pollfd Watch(int descriptor, const Stream& in, const Stream& out,
                      absl::Time now);
  static void Move(int from, int to, Pass pass, absl::Duration delay,
                   short events_from, short events_to, Stream& stream,
                   Connection& connection);
  static void Break(Connection& connection);

  const int server_port_;
  int listener_ = -1;
  int port_ = 0;
  int wake_ = -1;
  std::list<Connection> connections_;  // the thread's own

  Mutex mutex_;
  Rule rule_ ABSL_GUARDED_BY(mutex_);
  bool reset_ ABSL_GUARDED_BY(mutex_) = false;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_FAULTS_TCP_PROXY_H_
