#ifndef ETALON_SERVER_TOKEN_PROCESSOR_H_
#define ETALON_SERVER_TOKEN_PROCESSOR_H_

#include <grpcpp/security/auth_metadata_processor.h>

#include <map>

#include "absl/status/statusor.h"
#include "common/clock.h"
#include "common/limited_log.h"
#include "server/token_registry.h"

namespace etalon {

// Headers of a call, as gRPC gives them.
using Headers = std::multimap<grpc::string_ref, grpc::string_ref>;

// Whose token the headers carry. UNAUTHENTICATED: none, more than one, or none
// that `tokens` believes.
absl::StatusOr<Identity> Authenticate(const TokenRegistry& tokens,
                                      const Headers& headers);

// Holds every call of a server to its token and to server/access_rules.h,
// before a byte of its message is looked at. For the credentials of a TLS
// server only: gRPC aborts on others.
//
// It keeps nothing of a call in the AuthContext: that belongs to the
// connection, whose later calls would be taken for the same caller's.
class TokenProcessor : public grpc::AuthMetadataProcessor {
 public:
  // Both are borrowed.
  TokenProcessor(const TokenRegistry& tokens, const Clock& clock)
      : tokens_(tokens), refusals_(clock) {}

  // Or gRPC would start a thread for every call.
  bool IsBlocking() const override { return false; }
  grpc::Status Process(const InputMetadata& headers, grpc::AuthContext* context,
                       OutputMetadata* consumed,
                       OutputMetadata* response) override;

 private:
  const TokenRegistry& tokens_;
  LimitedLog refusals_;
};

}  // namespace etalon

#endif  // ETALON_SERVER_TOKEN_PROCESSOR_H_
