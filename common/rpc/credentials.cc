#include "common/rpc/credentials.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/rpc/token_credentials.h"
#include "common/security/pem.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

absl::Status Needs(absl::string_view flag, absl::string_view other) {
  return absl::InvalidArgumentError(
      absl::StrCat(flag, " needs ", other, " as well"));
}

// Both or neither.
absl::Status CheckPair(absl::string_view certificate, absl::string_view key) {
  if (certificate.empty() && !key.empty()) {
    return Needs("--tls-key", "--tls-certificate");
  }
  if (!certificate.empty() && key.empty()) {
    return Needs("--tls-certificate", "--tls-key");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ReadCredentials(
    const ClientCredentialFiles& files, const Clock& clock) {
  ETALON_RETURN_IF_ERROR(CheckPair(files.certificate, files.key));
  if (files.ca.empty()) {
    if (!files.certificate.empty()) {
      return Needs("--tls-certificate", "--tls-ca");
    }
    if (!files.token.empty()) {
      return absl::InvalidArgumentError(
          "--token-file needs --tls-ca as well: tokens travel encrypted only");
    }
    return grpc::InsecureChannelCredentials();
  }
  grpc::SslCredentialsOptions options;
  ETALON_ASSIGN_OR_RETURN(options.pem_root_certs, ReadPemAuthorities(files.ca));
  if (!files.certificate.empty()) {
    ETALON_ASSIGN_OR_RETURN(
        PemPair pair, ReadPemPair(files.certificate, files.key, clock.Now()));
    options.pem_cert_chain = std::move(pair.certificate);
    options.pem_private_key = std::move(pair.key);
  }
  const std::shared_ptr<grpc::ChannelCredentials> tls =
      grpc::SslCredentials(options);
  if (files.token.empty()) return tls;
  ETALON_ASSIGN_OR_RETURN(const std::shared_ptr<grpc::CallCredentials> token,
                          TokenCredentials(files.token, clock));
  return grpc::CompositeChannelCredentials(tls, token);
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ReadCredentials(
    const ServerCredentialFiles& files, const Clock& clock) {
  ETALON_RETURN_IF_ERROR(CheckPair(files.certificate, files.key));
  if (!files.tls()) {
    if (!files.client_ca.empty()) {
      return Needs("--tls-client-ca", "--tls-certificate");
    }
    return grpc::InsecureServerCredentials();
  }
  grpc::SslServerCredentialsOptions options(
      files.client_ca.empty()
          ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
          : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  if (!files.client_ca.empty()) {
    ETALON_ASSIGN_OR_RETURN(options.pem_root_certs,
                            ReadPemAuthorities(files.client_ca));
  }
  ETALON_ASSIGN_OR_RETURN(
      PemPair pair, ReadPemPair(files.certificate, files.key, clock.Now()));
  options.pem_key_cert_pairs.push_back(
      {.private_key = std::move(pair.key),
       .cert_chain = std::move(pair.certificate)});
  return grpc::SslServerCredentials(options);
}

}  // namespace etalon
