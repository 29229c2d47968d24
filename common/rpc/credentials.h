#ifndef ETALON_COMMON_RPC_CREDENTIALS_H_
#define ETALON_COMMON_RPC_CREDENTIALS_H_

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/clock.h"

namespace etalon {

// What a caller shows and believes. Files in PEM form; an empty name: none.
struct ClientCredentialFiles {
  // Certificates of the authorities that the coordinator's own must come from.
  // Without it the connection is plain.
  std::string ca;
  // The caller's certificate and its key: both or neither.
  std::string certificate;
  std::string key;
  // The caller's token, read again when it changes.
  std::string token;
};

// How to connect. `clock` must outlive what it returns.
// INVALID_ARGUMENT: the files make no sense together, and which flag is
// missing. Errors of common/security/pem.h and token.h.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ReadCredentials(
    const ClientCredentialFiles& files, const Clock& clock);

// What the coordinator shows and believes.
struct ServerCredentialFiles {
  // Its certificate and its key: both, or neither for a plain connection.
  std::string certificate;
  std::string key;
  // Where it is given, callers must show a certificate of these authorities.
  std::string client_ca;

  bool tls() const { return !certificate.empty(); }
};

// Likewise.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ReadCredentials(
    const ServerCredentialFiles& files, const Clock& clock);

}  // namespace etalon

#endif  // ETALON_COMMON_RPC_CREDENTIALS_H_
