#ifndef ETALON_WORKER_GRPC_COORDINATOR_CLIENT_H_
#define ETALON_WORKER_GRPC_COORDINATOR_CLIENT_H_

#include <grpcpp/security/credentials.h>

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "common/clock.h"
#include "worker/coordinator_client.h"

namespace etalon {

struct GrpcCoordinatorClientOptions {
  // "host:port".
  std::string address;
  // What to show and believe.
  std::shared_ptr<grpc::ChannelCredentials> credentials =
      grpc::InsecureChannelCredentials();
  // Of every call; LeaseTrials waits this much longer than it asks for.
  absl::Duration deadline = absl::Seconds(10);
  // The same after Drain.
  absl::Duration drain_deadline = absl::Seconds(2);
};

// Calls over one channel, which reconnects by itself. Writes one log line when
// the coordinator stops answering and one when it answers again. `clock` must
// outlive the client. Never fails: an address without a coordinator shows in
// the calls.
std::unique_ptr<CoordinatorClient> NewGrpcCoordinatorClient(
    const GrpcCoordinatorClientOptions& options, const Clock& clock);

}  // namespace etalon

#endif  // ETALON_WORKER_GRPC_COORDINATOR_CLIENT_H_
