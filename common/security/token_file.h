#ifndef ETALON_COMMON_SECURITY_TOKEN_FILE_H_
#define ETALON_COMMON_SECURITY_TOKEN_FILE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/security/role.h"
#include "common/security/token.h"

namespace etalon {

// Every line of the file is held in memory, and looked through by people.
inline constexpr size_t kMaxTokens = 10'000;
inline constexpr size_t kMaxTokenNameBytes = 64;

// What the coordinator keeps of a token.
struct TokenRecord {
  std::string id;
  Role role = Role::kViewer;
  // Who holds it: 1 to kMaxTokenNameBytes letters, digits, '.', '-' and '_'.
  // Several tokens may have one, all of one role, so that one can take over
  // from another.
  std::string name;
  // Of the secret. SHA-256 alone: salts and slow hashes help secrets that
  // people choose, while nobody tries out 2^256.
  std::string hash;
  // Whole seconds, of the wall clock of the machine that wrote them.
  absl::Time create_time;
  std::optional<absl::Time> expire_time;
  std::optional<absl::Time> revoke_time;

  bool LiveAt(absl::Time now) const {
    return !revoke_time.has_value() &&
           (!expire_time.has_value() || now < *expire_time);
  }
};

// "2024-12-31T23:59:59Z".
std::string FormatTokenTime(absl::Time time);

// INVALID_ARGUMENT: `name` cannot be a token's.
absl::Status CheckTokenName(absl::string_view name);

// The coordinator's tokens, in the order they were made. The text has a line
// for each, after a first that says what it is.
using TokenList = std::vector<TokenRecord>;

// INVALID_ARGUMENT: what is wrong with which line; nothing of it is used then.
absl::StatusOr<TokenList> ParseTokenList(absl::string_view text);
std::string FormatTokenList(const TokenList& tokens);

// The file at `path`. Errors as ReadProtectedFile and ParseTokenList, with the
// file's name.
absl::StatusOr<TokenList> ReadTokenList(const std::string& path);

// Adds a token and returns it: nowhere else is its secret.
// INVALID_ARGUMENT: a wrong name. ALREADY_EXISTS: a live token of that name has
// another role. RESOURCE_EXHAUSTED: there are kMaxTokens.
absl::StatusOr<Token> AddToken(TokenList& tokens, absl::string_view name,
                               Role role, absl::Time now,
                               std::optional<absl::Time> expire_time);

// Revokes the token with this id, or all with this name; returns how many were
// live. NOT_FOUND: there is none.
absl::StatusOr<int> RevokeTokens(TokenList& tokens,
                                 absl::string_view id_or_name, absl::Time now);

}  // namespace etalon

#endif  // ETALON_COMMON_SECURITY_TOKEN_FILE_H_
