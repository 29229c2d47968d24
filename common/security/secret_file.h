#ifndef ETALON_COMMON_SECURITY_SECRET_FILE_H_
#define ETALON_COMMON_SECURITY_SECRET_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace etalon {

// Keys, certificates and tokens: far above any honest one.
inline constexpr size_t kMaxCredentialBytes = 1024 * 1024;

// The bytes of a file that nobody but its owner and group may read, and nobody
// but its owner may write: a key or a token. Errors as ReadWholeFile, and
// PERMISSION_DENIED: others may read it, and the command that mends it.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path);

// The bytes of a file that nobody but its owner may write, such as the hashes
// that tokens are held against. Errors likewise.
absl::StatusOr<std::string> ReadProtectedFile(const std::string& path,
                                              size_t max_bytes);

}  // namespace etalon

#endif  // ETALON_COMMON_SECURITY_SECRET_FILE_H_
