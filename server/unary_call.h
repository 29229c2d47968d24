#ifndef ETALON_SERVER_UNARY_CALL_H_
#define ETALON_SERVER_UNARY_CALL_H_

#include <grpcpp/support/server_callback.h>

#include <utility>

#include "absl/status/statusor.h"
#include "common/failpoint.h"
#include "common/rpc/status.h"
#include "server/callback.h"
#include "server/request_checks.h"

namespace etalon {

// Fills `response` and finishes the call, from whatever thread answers. A call
// that was cancelled is finished all the same: gRPC keeps it until then.
template <typename Response>
Done<Response> FinishCall(grpc::ServerUnaryReactor* reactor,
                          Response* response) {
  return [reactor, response](absl::StatusOr<Response> result) {
    if (const absl::Status lost = HitFailpoint(Failpoint::kReply); !lost.ok()) {
      result = lost;
    }
    if (result.ok()) *response = *std::move(result);
    reactor->Finish(ToGrpcStatus(result.status()));
  };
}

// The three steps of a method: checks `request`; calls `method` of `target`
// with it; maps the status.
template <typename Target, typename Method, typename Request, typename Response>
grpc::ServerUnaryReactor* ServeUnary(grpc::CallbackServerContext* context,
                                     const Request* request, Response* response,
                                     Target& target, Method method) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const absl::Status status = Check(*request);
  if (status.ok()) {
    (target.*method)(*request, FinishCall(reactor, response));
  } else {
    reactor->Finish(ToGrpcStatus(status));
  }
  return reactor;
}

}  // namespace etalon

#endif  // ETALON_SERVER_UNARY_CALL_H_
