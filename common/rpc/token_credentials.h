#ifndef ETALON_COMMON_RPC_TOKEN_CREDENTIALS_H_
#define ETALON_COMMON_RPC_TOKEN_CREDENTIALS_H_

#include <grpcpp/security/credentials.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/clock.h"

namespace etalon {

// The metadata of a call that carries the caller's token, "Bearer <token>".
inline constexpr char kTokenHeader[] = "authorization";
inline constexpr char kTokenScheme[] = "Bearer ";

// Sends the token in `path` with every call, over encrypted connections only.
// The file is looked at again every few seconds, so that a process of many days
// takes up a new token without a restart; while it cannot be read the last one
// stays. `clock` must outlive what it returns.
// Errors as ReadTokenOf, of the first reading.
absl::StatusOr<std::shared_ptr<grpc::CallCredentials>> TokenCredentials(
    const std::string& path, const Clock& clock);

}  // namespace etalon

#endif  // ETALON_COMMON_RPC_TOKEN_CREDENTIALS_H_
