#include "server/token_registry.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "common/security/hashing.h"
#include "common/security/token.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

absl::Status Refused(absl::string_view why) {
  return absl::UnauthenticatedError(why);
}

// Differs whenever the file may have: another inode replaces it at each change,
// and whoever edits it in place moves its times.
std::string Fingerprint(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return "missing";
  return absl::StrCat(status.st_dev, " ", status.st_ino, " ", status.st_size,
                      " ", status.st_mode, " ", status.st_mtim.tv_sec, ".",
                      status.st_mtim.tv_nsec, " ", status.st_ctim.tv_sec, ".",
                      status.st_ctim.tv_nsec);
}

}  // namespace

absl::StatusOr<std::unique_ptr<TokenRegistry>> TokenRegistry::Open(
    const std::string& path, const Clock& clock) {
  std::unique_ptr<TokenRegistry> registry(new TokenRegistry(path, clock));
  {
    MutexLock lock(registry->mutex_);
    registry->seen_ = Fingerprint(path);
  }
  absl::Status status = registry->Read();
  if (absl::IsNotFound(status)) {
    status = absl::NotFoundError(absl::StrCat(
        status.message(), "; etalon token create NAME --role admin --tokens ",
        path, " makes it"));
  }
  ETALON_RETURN_IF_ERROR(status);
  return registry;
}

absl::Status TokenRegistry::Read() {
  ETALON_ASSIGN_OR_RETURN(const TokenList list, ReadTokenList(path_));
  const absl::Time now = clock_.Now();
  const auto live = std::count_if(
      list.begin(), list.end(),
      [now](const TokenRecord& token) { return token.LiveAt(now); });
  auto tokens = std::make_shared<Tokens>();
  for (const TokenRecord& token : list) tokens->emplace(token.id, token);
  {
    MutexLock lock(mutex_);
    tokens_ = std::move(tokens);
  }
  LogInfo(live, " live tokens in ", path_);
  return absl::OkStatus();
}

void TokenRegistry::Refresh() {
  std::string fingerprint = Fingerprint(path_);
  {
    MutexLock lock(mutex_);
    if (fingerprint == seen_) return;
    // Before the reading: what changes during it is read again.
    seen_ = std::move(fingerprint);
  }
  const absl::Status status = Read();
  if (!status.ok()) {
    LogError("the tokens stay as they were: ", status.message());
  }
}

absl::StatusOr<Identity> TokenRegistry::Authenticate(
    absl::string_view token) const {
  const absl::StatusOr<Token> parsed = ParseToken(token);
  if (!parsed.ok()) return Refused("the token is not of the form etalon_...");
  std::shared_ptr<const Tokens> tokens;
  {
    MutexLock lock(mutex_);
    tokens = tokens_;
  }
  const auto found = tokens->find(parsed->id);
  // The same answer for an id that is not there and a secret that is not its:
  // ids are public, but who holds which is nobody's business.
  if (found == tokens->end() ||
      !SecretsEqual(Hash(parsed->secret), found->second.hash)) {
    return Refused("the token is not known to this coordinator");
  }
  const TokenRecord& record = found->second;
  if (record.revoke_time.has_value()) {
    return Refused(absl::StrCat("the token of ", record.name, " was revoked"));
  }
  if (!record.LiveAt(clock_.Now())) {
    return Refused(absl::StrCat("the token of ", record.name, " has expired"));
  }
  return Identity{record.name, record.role};
}

}  // namespace etalon
