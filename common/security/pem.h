#ifndef ETALON_COMMON_SECURITY_PEM_H_
#define ETALON_COMMON_SECURITY_PEM_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace etalon {

// Certificates and a key in PEM, as TLS takes them.
struct PemPair {
  std::string certificate;  // with its chain, if any
  std::string key;
};

// Both files, held against each other, so that a wrong one is named at the
// start rather than found in failing handshakes.
// INVALID_ARGUMENT: no PEM, an encrypted key, a key of another certificate.
// FAILED_PRECONDITION: the certificate has expired by `now`, or is not valid
// yet. Errors of ReadSecretFile for the key, ReadProtectedFile for the rest.
absl::StatusOr<PemPair> ReadPemPair(const std::string& certificate_file,
                                    const std::string& key_file,
                                    absl::Time now);

// Certificates of authorities that are believed. Errors likewise; an expired
// one among several is the peers' business.
absl::StatusOr<std::string> ReadPemAuthorities(const std::string& file);

}  // namespace etalon

#endif  // ETALON_COMMON_SECURITY_PEM_H_
