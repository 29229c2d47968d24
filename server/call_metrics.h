#ifndef ETALON_SERVER_CALL_METRICS_H_
#define ETALON_SERVER_CALL_METRICS_H_

#include <grpcpp/support/server_interceptor.h>
#include <prometheus/registry.h>

#include <memory>

#include "common/clock.h"

namespace etalon {

// What counts and times every call of a server: families etalon_calls_total, by
// method and status code, and etalon_call_seconds, by method, in `registry`.
// Calls that wait for work count as long as they wait.
//
// Both are borrowed, and must outlive the server that it is given to.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>
NewCallMetrics(prometheus::Registry& registry, const Clock& clock);

}  // namespace etalon

#endif  // ETALON_SERVER_CALL_METRICS_H_
