#include "server/token_processor.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/rpc/status.h"
#include "common/rpc/token_credentials.h"
#include "common/status_macros.h"
#include "server/access_rules.h"

namespace etalon {
namespace {

constexpr char kPathHeader[] = ":path";

absl::string_view ToView(grpc::string_ref text) {
  return absl::string_view(text.data(), text.size());
}

absl::Status Admit(const TokenRegistry& tokens, const Headers& headers) {
  ETALON_ASSIGN_OR_RETURN(const Identity caller, Authenticate(tokens, headers));
  const auto path = headers.find(kPathHeader);
  return CheckAccess(caller.role,
                     path == headers.end() ? "" : ToView(path->second));
}

}  // namespace

absl::StatusOr<Identity> Authenticate(const TokenRegistry& tokens,
                                      const Headers& headers) {
  const auto [begin, end] = headers.equal_range(kTokenHeader);
  if (begin == end) {
    return absl::UnauthenticatedError(
        "the call has no token, which this coordinator asks for: say "
        "--token-file FILE");
  }
  absl::string_view token = ToView(begin->second);
  if (std::next(begin) != end || !absl::ConsumePrefix(&token, kTokenScheme)) {
    return absl::UnauthenticatedError(
        "the call must have one token, as 'authorization: Bearer etalon_...'");
  }
  return tokens.Authenticate(token);
}

grpc::Status TokenProcessor::Process(const InputMetadata& headers,
                                     grpc::AuthContext* /*context*/,
                                     OutputMetadata* /*consumed*/,
                                     OutputMetadata* /*response*/) {
  const absl::Status status = Admit(tokens_, headers);
  if (!status.ok()) {
    refusals_.Note(absl::StrCat("refused a call: ", status.message()));
  }
  return ToGrpcStatus(status);
}

}  // namespace etalon
