#include "client/connection.h"

#include <grpc/support/time.h>

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/output/numbers.h"
#include "common/backoff.h"
#include "common/rpc/channel.h"
#include "common/rpc/status.h"
#include "grpc/health/v1/health.grpc.pb.h"

namespace etalon {
namespace {

// How soon waiting for a connection sees an interrupt.
constexpr int kAwaitSliceMs = 100;
constexpr absl::Duration kAwaitBeforeRetry = absl::Seconds(1);

}  // namespace

Connection::Connection(
    std::string address, absl::Duration timeout, Context& context,
    const std::shared_ptr<grpc::ChannelCredentials>& credentials)
    : address_(std::move(address)),
      timeout_(timeout),
      context_(context),
      channel_(NewChannel(address_, credentials)),
      stub_(v1::SearchService::NewStub(channel_)) {}

absl::Status Connection::InvokeOnce(absl::Duration timeout,
                                    const Invocation& invocation) {
  grpc::ClientContext client_context;
  client_context.set_deadline(std::chrono::system_clock::now() +
                              absl::ToChronoMilliseconds(timeout));
  grpc::Status status;
  {
    Interrupt::Guard guard(context_.interrupt,
                           [&] { client_context.TryCancel(); });
    status = invocation(&client_context);
  }
  if (context_.interrupt.triggered()) {
    return absl::CancelledError("interrupted");
  }
  return Explain(FromGrpcStatus(status));
}

absl::Status Connection::Invoke(absl::Duration patience,
                                const Invocation& invocation) {
  const absl::Duration start = context_.clock.Monotonic();
  Backoff backoff({}, RandomStream(context_.random_seed));
  absl::Status unreachable;
  for (;;) {
    const absl::Duration elapsed = context_.clock.Monotonic() - start;
    const absl::Status status = InvokeOnce(timeout_ - elapsed, invocation);
    // The deadline of the last attempt says less than why there were several.
    if (absl::IsDeadlineExceeded(status) && !unreachable.ok()) {
      return unreachable;
    }
    if (!absl::IsUnavailable(status)) return status;
    unreachable = status;
    const absl::Duration wait = backoff.Next();
    const absl::Duration left =
        patience - (context_.clock.Monotonic() - start) - wait;
    if (left <= absl::ZeroDuration()) return status;
    if (context_.interrupt.WaitFor(wait)) {
      return absl::CancelledError("interrupted");
    }
    AwaitConnection(std::min(kAwaitBeforeRetry, left));
  }
}

void Connection::AwaitConnection(absl::Duration timeout) {
  const absl::Duration deadline = context_.clock.Monotonic() + timeout;
  while (!context_.interrupt.triggered() &&
         context_.clock.Monotonic() < deadline) {
    if (channel_->WaitForConnected(
            gpr_time_from_millis(kAwaitSliceMs, GPR_TIMESPAN))) {
      return;
    }
  }
}

absl::Status Connection::Explain(const absl::Status& status) const {
  if (absl::IsUnavailable(status)) {
    return absl::UnavailableError(absl::StrCat(
        "cannot reach the coordinator at ", address_, ": ", status.message(),
        "; start one with etalon-server --database FILE, say "
        "--server HOST:PORT, or, where it asks for TLS, --tls-ca FILE"));
  }
  if (absl::IsDeadlineExceeded(status)) {
    return absl::DeadlineExceededError(
        absl::StrCat("the coordinator at ", address_, " did not answer within ",
                     FormatElapsed(timeout_), "; wait longer with --timeout"));
  }
  return status;
}

absl::StatusOr<std::string> Connection::CheckHealth() {
  using grpc::health::v1::HealthCheckResponse;
  const auto stub = grpc::health::v1::Health::NewStub(channel_);
  HealthCheckResponse response;
  const absl::Status status = Invoke(
      std::min(kPatience, timeout_), [&](grpc::ClientContext* client_context) {
        return stub->Check(client_context, {}, &response);
      });
  if (!status.ok()) return status;
  return HealthCheckResponse::ServingStatus_Name(response.status());
}

}  // namespace etalon
