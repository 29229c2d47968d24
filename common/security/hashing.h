#ifndef ETALON_COMMON_SECURITY_HASHING_H_
#define ETALON_COMMON_SECURITY_HASHING_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace etalon {

inline constexpr size_t kHashBytes = 32;

// SHA-256, kHashBytes raw bytes.
std::string Hash(absl::string_view text);

// Whether two secrets are equal, in a time that depends on their lengths alone.
bool SecretsEqual(absl::string_view a, absl::string_view b);

// Raw bytes of the system's generator for keys. The process ends when it has
// none to give: there is no second best.
std::string SecretBytes(size_t count);

}  // namespace etalon

#endif  // ETALON_COMMON_SECURITY_HASHING_H_
