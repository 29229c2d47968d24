#ifndef ETALON_COMMON_SECURITY_TOKEN_H_
#define ETALON_COMMON_SECURITY_TOKEN_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace etalon {

// A bearer token, "etalon_<id>_<secret>". Its form is fixed, so that scanners
// find one that was committed or logged by mistake.
struct Token {
  // 12 hexadecimal digits. Public: what lists show and revocations name.
  std::string id;
  // 64 hexadecimal digits, 256 random bits.
  std::string secret;

  std::string ToString() const;
};

// Of the system's generator for keys.
Token NewToken();

// INVALID_ARGUMENT: not of that form; the message holds nothing of `text`.
absl::StatusOr<Token> ParseToken(absl::string_view text);

// A token in a file: blanks and line ends around it are passed over.
// INVALID_ARGUMENT: `path` holds none. Other errors as ReadSecretFile.
absl::StatusOr<Token> ReadTokenOf(const std::string& path);

// Whether `text` can be the id of a token.
bool IsTokenId(absl::string_view text);

}  // namespace etalon

#endif  // ETALON_COMMON_SECURITY_TOKEN_H_
