#include "common/security/token_file.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/security/hashing.h"
#include "common/security/secret_file.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

constexpr char kFirstLine[] = "etalon-tokens 1";
constexpr char kComment[] =
    "# Made by `etalon token`. The hashes are no tokens: these are known to "
    "their holders alone.\n"
    "# id role name sha256 created expires revoked\n";
constexpr char kNever[] = "-";
constexpr size_t kMaxTokenFileBytes = kMaxTokens * 256;

std::string OptionalTimeText(std::optional<absl::Time> time) {
  return time.has_value() ? FormatTokenTime(*time) : kNever;
}

absl::StatusOr<absl::Time> ParseTokenTime(absl::string_view text) {
  absl::Time time;
  // The form is fixed, so that a file has one text.
  if (absl::ParseTime(absl::RFC3339_full, text, &time, nullptr) &&
      FormatTokenTime(time) == text) {
    return time;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("'", absl::CHexEscape(text),
                   "' is no time such as 2024-12-31T23:59:59Z"));
}

absl::StatusOr<std::optional<absl::Time>> ParseOptionalTime(
    absl::string_view text) {
  if (text == kNever) return std::optional<absl::Time>();
  ETALON_ASSIGN_OR_RETURN(const absl::Time time, ParseTokenTime(text));
  return std::optional<absl::Time>(time);
}

absl::StatusOr<TokenRecord> ParseRecord(absl::string_view line) {
  const std::vector<absl::string_view> words =
      absl::StrSplit(line, ' ', absl::SkipEmpty());
  if (words.size() != 7) {
    return absl::InvalidArgumentError(
        absl::StrCat("has ", words.size(), " words, not 7"));
  }
  TokenRecord record;
  record.id = std::string(words[0]);
  if (!IsTokenId(words[0])) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", absl::CHexEscape(words[0]), "' is no token's id"));
  }
  ETALON_ASSIGN_OR_RETURN(record.role, ParseRole(words[1]));
  ETALON_RETURN_IF_ERROR(CheckTokenName(words[2]));
  record.name = std::string(words[2]);
  record.hash = absl::HexStringToBytes(words[3]);
  if (words[3].size() != 2 * kHashBytes ||
      absl::BytesToHexString(record.hash) != words[3]) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the hash is not ", 2 * kHashBytes, " hexadecimal digits"));
  }
  ETALON_ASSIGN_OR_RETURN(record.create_time, ParseTokenTime(words[4]));
  ETALON_ASSIGN_OR_RETURN(record.expire_time, ParseOptionalTime(words[5]));
  ETALON_ASSIGN_OR_RETURN(record.revoke_time, ParseOptionalTime(words[6]));
  return record;
}

}  // namespace

std::string FormatTokenTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

absl::Status CheckTokenName(absl::string_view name) {
  const bool valid =
      !name.empty() && name.size() <= kMaxTokenNameBytes &&
      std::all_of(name.begin(), name.end(), [](char c) {
        return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '_';
      });
  if (valid) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("'", absl::CHexEscape(name.substr(0, kMaxTokenNameBytes)),
                   "' is no name of a token: 1 to ", kMaxTokenNameBytes,
                   " letters, digits, '.', '-' and '_'"));
}

absl::StatusOr<TokenList> ParseTokenList(absl::string_view text) {
  TokenList tokens;
  std::set<std::string> ids;
  int number = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    const auto error = [number](absl::string_view why) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", number, ": ", why));
    };
    if (number == 1) {
      if (line == kFirstLine) continue;
      return error(absl::StrCat("must be '", kFirstLine,
                                "': not a file that etalon token made"));
    }
    if (line.empty() || line[0] == '#') continue;
    if (tokens.size() == kMaxTokens) {
      return error(absl::StrCat("there are more than ", kMaxTokens, " tokens"));
    }
    absl::StatusOr<TokenRecord> record = ParseRecord(line);
    if (!record.ok()) return error(record.status().message());
    if (!ids.insert(record->id).second) {
      return error(absl::StrCat("token ", record->id, " is there twice"));
    }
    tokens.push_back(*std::move(record));
  }
  return tokens;
}

std::string FormatTokenList(const TokenList& tokens) {
  std::string text = absl::StrCat(kFirstLine, "\n", kComment);
  for (const TokenRecord& token : tokens) {
    absl::StrAppend(&text, token.id, " ", RoleName(token.role), " ", token.name,
                    " ", absl::BytesToHexString(token.hash), " ",
                    FormatTokenTime(token.create_time), " ",
                    OptionalTimeText(token.expire_time), " ",
                    OptionalTimeText(token.revoke_time), "\n");
  }
  return text;
}

absl::StatusOr<TokenList> ReadTokenList(const std::string& path) {
  ETALON_ASSIGN_OR_RETURN(const std::string text,
                          ReadProtectedFile(path, kMaxTokenFileBytes));
  absl::StatusOr<TokenList> tokens = ParseTokenList(text);
  if (tokens.ok()) return tokens;
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": ", tokens.status().message()));
}

absl::StatusOr<Token> AddToken(TokenList& tokens, absl::string_view name,
                               Role role, absl::Time now,
                               std::optional<absl::Time> expire_time) {
  ETALON_RETURN_IF_ERROR(CheckTokenName(name));
  // Or else revoking by a name that looks like an id would mean two things.
  if (IsTokenId(name)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "'", name, "' is no name of a token: it looks like an id"));
  }
  for (const TokenRecord& token : tokens) {
    if (token.name == name && token.role != role && token.LiveAt(now)) {
      return absl::AlreadyExistsError(absl::StrCat(
          name, " has a live token of the role ", RoleName(token.role),
          ": choose another name, or etalon token revoke ", name, " first"));
    }
  }
  if (tokens.size() >= kMaxTokens) {
    return absl::ResourceExhaustedError(
        absl::StrCat("there are ", tokens.size(), " tokens: at most ",
                     kMaxTokens, "; delete the lines of revoked ones"));
  }
  const Token token = NewToken();
  tokens.push_back({.id = token.id,
                    .role = role,
                    .name = std::string(name),
                    .hash = Hash(token.secret),
                    .create_time = now,
                    .expire_time = expire_time,
                    .revoke_time = std::nullopt});
  return token;
}

absl::StatusOr<int> RevokeTokens(TokenList& tokens,
                                 absl::string_view id_or_name, absl::Time now) {
  bool found = false;
  int revoked = 0;
  for (TokenRecord& token : tokens) {
    if (token.id != id_or_name && token.name != id_or_name) continue;
    found = true;
    if (token.revoke_time.has_value()) continue;
    revoked += token.LiveAt(now) ? 1 : 0;
    token.revoke_time = now;
  }
  if (found) return revoked;
  return absl::NotFoundError(absl::StrCat("no token has the name or id '",
                                          absl::CHexEscape(id_or_name), "'"));
}

}  // namespace etalon
