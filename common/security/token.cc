#include "common/security/token.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/security/hashing.h"
#include "common/security/secret_file.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

constexpr char kPrefix[] = "etalon_";
constexpr size_t kIdBytes = 6;
// As many bits as the hash has: what is stored cannot be turned round.
constexpr size_t kSecretBytes = 32;

bool IsHexadecimal(absl::string_view text, size_t digits) {
  return text.size() == digits &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
         });
}

}  // namespace

std::string Token::ToString() const {
  return absl::StrCat(kPrefix, id, "_", secret);
}

Token NewToken() {
  return {absl::BytesToHexString(SecretBytes(kIdBytes)),
          absl::BytesToHexString(SecretBytes(kSecretBytes))};
}

bool IsTokenId(absl::string_view text) {
  return IsHexadecimal(text, 2 * kIdBytes);
}

absl::StatusOr<Token> ParseToken(absl::string_view text) {
  absl::string_view rest = text;
  if (absl::ConsumePrefix(&rest, kPrefix)) {
    const absl::string_view id = rest.substr(0, 2 * kIdBytes);
    rest.remove_prefix(id.size());
    if (IsTokenId(id) && absl::ConsumePrefix(&rest, "_") &&
        IsHexadecimal(rest, 2 * kSecretBytes)) {
      return Token{std::string(id), std::string(rest)};
    }
  }
  return absl::InvalidArgumentError(
      "not a token, which etalon token create makes");
}

absl::StatusOr<Token> ReadTokenOf(const std::string& path) {
  ETALON_ASSIGN_OR_RETURN(const std::string text, ReadSecretFile(path));
  absl::StatusOr<Token> token = ParseToken(absl::StripAsciiWhitespace(text));
  if (token.ok()) return token;
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": ", token.status().message()));
}

}  // namespace etalon
