#include "common/security/hashing.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <cstdlib>

#include "common/log.h"

namespace etalon {
namespace {

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* Bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace

std::string Hash(absl::string_view text) {
  static_assert(kHashBytes == SHA256_DIGEST_LENGTH);
  std::string hash(kHashBytes, '\0');
  SHA256(Bytes(text), text.size(), Bytes(hash));
  return hash;
}

bool SecretsEqual(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() &&
         CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string SecretBytes(size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(Bytes(bytes), static_cast<int>(count)) != 1) {
    LogError("the system gives no random bytes for keys");
    std::abort();
  }
  return bytes;
}

}  // namespace etalon
