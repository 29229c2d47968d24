#ifndef ETALON_COMMON_RPC_STATUS_H_
#define ETALON_COMMON_RPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace etalon {

// The codes of the two libraries agree by number. Messages are cut at 1 KiB:
// they travel in HTTP/2 headers, whose size is limited.
grpc::Status ToGrpcStatus(const absl::Status& status);

// UNKNOWN with "Stream removed", which gRPC reports when a connection dies at
// an unlucky moment, becomes UNAVAILABLE: the same remedy applies.
absl::Status FromGrpcStatus(const grpc::Status& status);

}  // namespace etalon

#endif  // ETALON_COMMON_RPC_STATUS_H_
