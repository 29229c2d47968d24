#ifndef ETALON_SERVER_GATE_H_
#define ETALON_SERVER_GATE_H_

#include <grpcpp/server_context.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/clock.h"
#include "common/limits.h"
#include "server/open_polls.h"
#include "server/rate_limiter.h"
#include "server/token_registry.h"
#include "server/worker_owners.h"

namespace etalon {

// Who makes a call, told from the call itself.
struct Caller {
  // The name of its token; empty where none are asked for.
  std::string name;
  // What limits count by: that name, or the address that the call comes from.
  std::string peer;
};

// What stands between a call and its being obeyed, beyond what its role alone
// decides: how often a peer may call, and for which worker it may speak.
//
// Threads: any; no method blocks.
class Gate {
 public:
  struct Limits {
    double calls_per_second = kMaxCallsPerSecond;
    int open_polls = kMaxOpenPollsPerPeer;
  };

  // `tokens` is null where none are asked for: then everybody may everything.
  // All are borrowed.
  Gate(const Limits& limits, const TokenRegistry* tokens,
       const WorkerOwners& owners, const Clock& clock);

  // UNAUTHENTICATED as Authenticate. RESOURCE_EXHAUSTED: the peer makes too
  // many calls.
  absl::StatusOr<Caller> Admit(const grpc::CallbackServerContext& context,
                               CallKind kind);

  // PERMISSION_DENIED: `worker` was registered by another than the caller.
  absl::Status CheckWorker(const Caller& caller,
                           absl::string_view worker) const;

  // To be kept while the call waits for trials. RESOURCE_EXHAUSTED: too many of
  // the peer's do.
  absl::StatusOr<std::unique_ptr<OpenPolls::Poll>> OpenPoll(
      const Caller& caller) {
    return polls_.Open(caller.peer);
  }

 private:
  const TokenRegistry* const tokens_;
  const WorkerOwners& owners_;
  RateLimiter limiter_;
  OpenPolls polls_;
};

}  // namespace etalon

#endif  // ETALON_SERVER_GATE_H_
