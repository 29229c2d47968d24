#include "server/gate.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/resource_names.h"
#include "common/status_macros.h"
#include "server/peer_address.h"
#include "server/token_processor.h"

namespace etalon {
namespace {

RateLimiter::Limits MakeLimits(const Gate::Limits& limits) {
  RateLimiter::Limits rates;
  rates[static_cast<size_t>(CallKind::kCreate)] = {kMaxSearchesPerSecond,
                                                   kSearchBurst};
  rates[static_cast<size_t>(CallKind::kRegister)] = {kMaxRegistrationsPerSecond,
                                                     kRegistrationBurst};
  rates[static_cast<size_t>(CallKind::kPlan)] = {kMaxPlansPerSecond,
                                                 kPlanBurst};
  rates[static_cast<size_t>(CallKind::kOther)] = {
      limits.calls_per_second, limits.calls_per_second * kCallBurstSeconds};
  return rates;
}

}  // namespace

Gate::Gate(const Limits& limits, const TokenRegistry* tokens,
           const WorkerOwners& owners, const Clock& clock)
    : tokens_(tokens),
      owners_(owners),
      limiter_(MakeLimits(limits), clock),
      polls_(limits.open_polls) {}

absl::StatusOr<Caller> Gate::Admit(const grpc::CallbackServerContext& context,
                                   CallKind kind) {
  Caller caller;
  if (tokens_ == nullptr) {
    caller.peer = PeerOf(context.peer());
  } else {
    ETALON_ASSIGN_OR_RETURN(Identity identity,
                            Authenticate(*tokens_, context.client_metadata()));
    caller.name = std::move(identity.name);
    caller.peer = caller.name;
  }
  ETALON_RETURN_IF_ERROR(limiter_.Take(caller.peer, kind));
  return caller;
}

absl::Status Gate::CheckWorker(const Caller& caller,
                               absl::string_view worker) const {
  if (tokens_ == nullptr) return absl::OkStatus();
  ETALON_ASSIGN_OR_RETURN(const WorkerId id, ParseWorkerName(worker));
  const std::optional<std::string> owner = owners_.Find(id);
  if (!owner.has_value() || *owner == caller.name) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat(
      worker, " was registered with another token than that of ", caller.name));
}

}  // namespace etalon
