#ifndef ETALON_CLIENT_CONNECTION_H_
#define ETALON_CLIENT_CONNECTION_H_

#include <grpcpp/client_context.h>
#include <grpcpp/security/credentials.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/context.h"
#include "etalon/v1/search_service.grpc.pb.h"

namespace etalon {

// One coordinator, spoken to one call at a time. Every call has a deadline and
// ends early, with CANCELLED, when the context's interrupt is triggered. Every
// call is made again when the coordinator cannot be reached, for a second or
// until the deadline, so each must do no harm when it is repeated. Other errors
// are the coordinator's own; UNAVAILABLE and DEADLINE_EXCEEDED also say which
// coordinator and what can be done. Not thread-safe.
class Connection {
 public:
  using Service = v1::SearchService::StubInterface;
  template <typename Request, typename Response>
  using Method = grpc::Status (Service::*)(grpc::ClientContext*, const Request&,
                                           Response*);

  // Connects at the first call. `context` must outlive the connection.
  Connection(std::string address, absl::Duration timeout, Context& context,
             const std::shared_ptr<grpc::ChannelCredentials>& credentials =
                 grpc::InsecureChannelCredentials());

  // For questions: one that cannot be asked for a second is answered with
  // UNAVAILABLE, so that a coordinator that is not there is told of soon.
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(Method<Request, Response> method,
                                const Request& request) {
    return CallFor(std::min(kPatience, timeout_), method, request);
  }

  // For what is to be done: tried until the deadline.
  template <typename Request, typename Response>
  absl::StatusOr<Response> CallUntilDeadline(Method<Request, Response> method,
                                             const Request& request) {
    return CallFor(timeout_, method, request);
  }

  // Returns when there is a connection, after `timeout`, or when interrupted.
  // For use between calls that fail at once: gRPC gets on with connecting only
  // while somebody waits, and else looks no more often than every five seconds.
  void AwaitConnection(absl::Duration timeout);

  // "SERVING" and the like, from the standard health service.
  absl::StatusOr<std::string> CheckHealth();

  const std::string& address() const { return address_; }

 private:
  using Invocation = std::function<grpc::Status(grpc::ClientContext*)>;

  // A first attempt can fail on a coordinator that serves: gRPC 1.51 gives up a
  // connection in the making now and then when the machine is busy.
  static constexpr absl::Duration kPatience = absl::Seconds(1);

  template <typename Request, typename Response>
  absl::StatusOr<Response> CallFor(absl::Duration patience,
                                   Method<Request, Response> method,
                                   const Request& request) {
    Response response;
    const absl::Status status =
        Invoke(patience, [&](grpc::ClientContext* client_context) {
          return (stub_.get()->*method)(client_context, request, &response);
        });
    if (!status.ok()) return status;
    return response;
  }

  // Repeats UNAVAILABLE for `patience`; a call that gets through has until the
  // deadline.
  absl::Status Invoke(absl::Duration patience, const Invocation& invocation);
  absl::Status InvokeOnce(absl::Duration timeout, const Invocation& invocation);
  // `status` with what the user needs to know beyond it.
  absl::Status Explain(const absl::Status& status) const;

  const std::string address_;
  const absl::Duration timeout_;
  Context& context_;
  // gRPC's stubs share it.
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<Service> stub_;
};

}  // namespace etalon

#endif  // ETALON_CLIENT_CONNECTION_H_
