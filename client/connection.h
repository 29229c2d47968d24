#ifndef ETALON_CLIENT_CONNECTION_H_
#define ETALON_CLIENT_CONNECTION_H_

#include <grpcpp/client_context.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/context.h"
#include "etalon/v1/search_service.grpc.pb.h"

namespace etalon {

// One coordinator, spoken to one call at a time. Every call has a deadline and
// ends early, with CANCELLED, when the context's interrupt is triggered. Other
// errors are the coordinator's own; UNAVAILABLE and DEADLINE_EXCEEDED also say
// which coordinator and what can be done. Not thread-safe.
class Connection {
 public:
  using Service = v1::SearchService::StubInterface;
  template <typename Request, typename Response>
  using Method = grpc::Status (Service::*)(grpc::ClientContext*, const Request&,
                                           Response*);

  // Connects at the first call. `context` must outlive the connection.
  Connection(std::string address, absl::Duration timeout, Context& context);

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(Method<Request, Response> method,
                                const Request& request) {
    Response response;
    const absl::Status status =
        Invoke(timeout_, [&](grpc::ClientContext* client_context) {
          return (stub_.get()->*method)(client_context, request, &response);
        });
    if (!status.ok()) return status;
    return response;
  }

  // As Call, and again while the coordinator cannot be reached, until the
  // deadline. For calls that do no harm when they are repeated.
  template <typename Request, typename Response>
  absl::StatusOr<Response> CallWithRetry(Method<Request, Response> method,
                                         const Request& request) {
    Response response;
    const absl::Status status =
        InvokeWithRetry([&](grpc::ClientContext* client_context) {
          return (stub_.get()->*method)(client_context, request, &response);
        });
    if (!status.ok()) return status;
    return response;
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

  absl::Status Invoke(absl::Duration timeout, const Invocation& invocation);
  absl::Status InvokeWithRetry(const Invocation& invocation);
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
