#ifndef ETALON_SERVER_TOKEN_REGISTRY_H_
#define ETALON_SERVER_TOKEN_REGISTRY_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/clock.h"
#include "common/mutex.h"
#include "common/security/role.h"
#include "common/security/token_file.h"

namespace etalon {

// Whom a token is of.
struct Identity {
  std::string name;
  Role role = Role::kViewer;
};

// The tokens that are believed, as the file of `etalon token` has them.
//
// Threads: any. Authenticate takes no disk; Refresh reads the file when it has
// changed.
class TokenRegistry {
 public:
  // Errors as ReadTokenList. `clock` is borrowed: tokens expire by its wall
  // clock.
  static absl::StatusOr<std::unique_ptr<TokenRegistry>> Open(
      const std::string& path, const Clock& clock);

  // UNAUTHENTICATED: no live token of this file, and why as far as only its
  // holder is told.
  absl::StatusOr<Identity> Authenticate(absl::string_view token) const;

  // To be called now and then: puts the file into force when it has changed. A
  // file that cannot be read or is wrong changes nothing and is logged, once.
  void Refresh();

 private:
  using Tokens = absl::flat_hash_map<std::string, TokenRecord>;  // by id

  TokenRegistry(std::string path, const Clock& clock)
      : path_(std::move(path)), clock_(clock) {}
  absl::Status Read();

  const std::string path_;
  const Clock& clock_;
  mutable Mutex mutex_;
  // Shared with the calls that look something up in it while it is replaced.
  std::shared_ptr<const Tokens> tokens_ ABSL_GUARDED_BY(mutex_);
  // What the file was when it was last looked at.
  std::string seen_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace etalon

#endif  // ETALON_SERVER_TOKEN_REGISTRY_H_
