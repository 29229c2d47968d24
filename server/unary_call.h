#ifndef ETALON_SERVER_UNARY_CALL_H_
#define ETALON_SERVER_UNARY_CALL_H_

#include <grpcpp/support/server_callback.h>

#include <utility>

#include "absl/status/statusor.h"
#include "common/failpoint.h"
#include "common/rpc/status.h"
#include "common/status_macros.h"
#include "server/callback.h"
#include "server/gate.h"
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

template <typename Request>
constexpr CallKind kKindOf = CallKind::kOther;
template <>
inline constexpr CallKind kKindOf<v1::CreateSearchRequest> = CallKind::kCreate;
template <>
inline constexpr CallKind kKindOf<v1::PlanSearchRequest> = CallKind::kPlan;
template <>
inline constexpr CallKind kKindOf<v1::RegisterWorkerRequest> =
    CallKind::kRegister;

// What is looked at before a call is obeyed: who calls and how often, whether
// the request is of a form that can be, and whether the caller may speak for
// the worker that it names, if it does.
template <typename Request>
absl::StatusOr<Caller> AdmitCall(Gate& gate,
                                 const grpc::CallbackServerContext& context,
                                 const Request& request) {
  ETALON_ASSIGN_OR_RETURN(Caller caller, gate.Admit(context, kKindOf<Request>));
  ETALON_RETURN_IF_ERROR(Check(request));
  if constexpr (requires { request.worker(); }) {
    ETALON_RETURN_IF_ERROR(gate.CheckWorker(caller, request.worker()));
  }
  return caller;
}

// The three steps of a method: admits `request`; calls `method` of `target`
// with it; maps the status.
template <typename Target, typename Method, typename Request, typename Response>
grpc::ServerUnaryReactor* ServeUnary(Gate& gate,
                                     grpc::CallbackServerContext* context,
                                     const Request* request, Response* response,
                                     Target& target, Method method) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const absl::Status status = AdmitCall(gate, *context, *request).status();
  if (status.ok()) {
    (target.*method)(*request, FinishCall(reactor, response));
  } else {
    reactor->Finish(ToGrpcStatus(status));
  }
  return reactor;
}

}  // namespace etalon

#endif  // ETALON_SERVER_UNARY_CALL_H_
