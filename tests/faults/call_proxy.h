#ifndef ETALON_TESTS_FAULTS_CALL_PROXY_H_
#define ETALON_TESTS_FAULTS_CALL_PROXY_H_

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/server.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/mutex.h"
#include "common/random.h"

namespace etalon::testing {

// A proxy on loopback in front of a coordinator that does harm to whole calls,
// which one of bytes cannot: a call is made twice, or late, after calls that
// came after it, or once more long after it was answered, or not at all, or its
// reply is lost. It knows no method: every unary call goes through.
//
// It also watches: what is repeated must be answered as the first time.
//
// Threads: any. A call holds a thread of its own while it is under way.
class CallProxy {
 public:
  // Which share of calls what is done to, from 0 to 1.
  struct Options {
    double lose_request = 0;
    double lose_reply = 0;
    double twice = 0;
    double late = 0;   // by up to `lateness`, after others
    double again = 0;  // a copy, up to `lateness` after the answer
    absl::Duration lateness = absl::Milliseconds(400);
    absl::Duration apart;  // of the two calls that are made of one
    // The coordinator's: what it leased longer ago need not live any more, and
    // a repeat gets other trials then.
    absl::Duration lease = absl::InfiniteDuration();
    uint64_t seed = 0;
  };
  struct Counts {
    int calls = 0;
    int lost_requests = 0;
    int lost_replies = 0;
    int twice = 0;
    int late = 0;
    int again = 0;
  };

  // Calls go to `server_port` of 127.0.0.1.
  CallProxy(int server_port, const Options& options);
  ~CallProxy();
  CallProxy(const CallProxy&) = delete;
  CallProxy& operator=(const CallProxy&) = delete;

  int port() const { return port_; }
  std::string address() const;

  Counts counts() const;
  // Calls that were answered otherwise the second time.
  std::vector<std::string> differences() const;

 private:
  class Service;
  class Call;
  struct Fate {
    bool lose_request = false;
    bool lose_reply = false;
    bool twice = false;
    bool again = false;
    absl::Duration delay;
    absl::Duration again_after;
  };
  struct Reply {
    grpc::Status status;
    grpc::ByteBuffer message;
  };

  Fate Draw();
  // Has the fate of one call happen to it, and returns what its caller is told.
  // `context` makes the contexts of calls that end with the caller's.
  Reply Handle(
      const std::string& method, const grpc::ByteBuffer& request,
      const std::function<std::unique_ptr<grpc::ClientContext>()>& new_context);
  Reply Forward(const std::string& method, const grpc::ByteBuffer& request,
                grpc::ClientContext& context);
  // `passed` is the time from the first request to the second reply.
  void Compare(const std::string& method, const Reply& first,
               const Reply& second, absl::Duration passed);
  // Runs it on a thread of its own, for which the destructor waits.
  void Spawn(std::function<void()> work);
  // False: the proxy ends.
  bool Sleep(absl::Duration duration);

  const Options options_;
  grpc::GenericStub stub_;
  const std::unique_ptr<Service> service_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;

  mutable Mutex mutex_;
  CondVar changed_;
  RandomStream random_ ABSL_GUARDED_BY(mutex_);
  Counts counts_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> differences_ ABSL_GUARDED_BY(mutex_);
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  int under_way_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_FAULTS_CALL_PROXY_H_
