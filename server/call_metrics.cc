#include "server/call_metrics.h"

#include <grpcpp/support/status.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "etalon/v1/search_service.pb.h"
#include "etalon/v1/worker_service.pb.h"

namespace etalon {
namespace {

using grpc::experimental::InterceptionHookPoints;

// As absl has them, which is how the rest of the program and its log do.
std::string CodeName(grpc::StatusCode code) {
  return absl::StatusCodeToString(static_cast<absl::StatusCode>(code));
}

// From a tenth of a millisecond to the longest that a call may wait.
const prometheus::Histogram::BucketBoundaries& SecondsBuckets() {
  static const auto* const buckets =
      new prometheus::Histogram::BucketBoundaries{
          0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
          0.1,    0.25,    0.5,    1,     2.5,    5,     10,   20,    60};
  return *buckets;
}

// Of one method; made once, so that a call needs no lookup by label.
struct MethodMetrics {
  std::string name;
  prometheus::Counter* ok = nullptr;
  prometheus::Histogram* seconds = nullptr;
};

class CallMetrics
    : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  CallMetrics(prometheus::Registry& registry, const Clock& clock)
      : clock_(clock),
        calls_(prometheus::BuildCounter()
                   .Name("etalon_calls_total")
                   .Help("Calls that were answered, by method and status code.")
                   .Register(registry)),
        seconds_(prometheus::BuildHistogram()
                     .Name("etalon_call_seconds")
                     .Help("How long calls took; LeaseTrials waits for work.")
                     .Register(registry)) {
    AddMethods(*v1::CreateSearchRequest::descriptor()->file());
    AddMethods(*v1::LeaseTrialsRequest::descriptor()->file());
  }

  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override;

  void Record(const MethodMetrics& method, grpc::StatusCode code,
              absl::Duration time) {
    method.seconds->Observe(absl::ToDoubleSeconds(time));
    if (code == grpc::StatusCode::OK) {
      method.ok->Increment();
    } else {
      calls_.Add({{"method", method.name}, {"code", CodeName(code)}})
          .Increment();
    }
  }

  absl::Duration Now() const { return clock_.Monotonic(); }

 private:
  void AddMethods(const google::protobuf::FileDescriptor& file) {
    for (int i = 0; i < file.service_count(); ++i) {
      const google::protobuf::ServiceDescriptor& service = *file.service(i);
      for (int j = 0; j < service.method_count(); ++j) {
        const std::string& name = service.method(j)->name();
        // As gRPC spells it.
        methods_["/" + service.full_name() + "/" + name] = {
            name, &calls_.Add({{"method", name}, {"code", "OK"}}),
            &seconds_.Add({{"method", name}}, SecondsBuckets())};
      }
    }
  }

  const Clock& clock_;
  prometheus::Family<prometheus::Counter>& calls_;
  prometheus::Family<prometheus::Histogram>& seconds_;
  // By gRPC's name of the method; fixed from the beginning.
  absl::flat_hash_map<std::string, MethodMetrics> methods_;
};

// One call, from its arrival to its status.
class CallTimer : public grpc::experimental::Interceptor {
 public:
  CallTimer(CallMetrics& metrics, const MethodMetrics& method)
      : metrics_(metrics), method_(method), start_(metrics.Now()) {}

  void Intercept(
      grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(
            InterceptionHookPoints::PRE_SEND_STATUS)) {
      metrics_.Record(method_, methods->GetSendStatus().error_code(),
                      metrics_.Now() - start_);
    }
    methods->Proceed();
  }

 private:
  CallMetrics& metrics_;
  const MethodMetrics& method_;
  const absl::Duration start_;
};

grpc::experimental::Interceptor* CallMetrics::CreateServerInterceptor(
    grpc::experimental::ServerRpcInfo* info) {
  const auto method = methods_.find(absl::string_view(info->method()));
  // Health checks and reflection tell nothing of the load.
  if (method == methods_.end()) return nullptr;
  return new CallTimer(*this, method->second);
}

}  // namespace

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>
NewCallMetrics(prometheus::Registry& registry, const Clock& clock) {
  return std::make_unique<CallMetrics>(registry, clock);
}

}  // namespace etalon
