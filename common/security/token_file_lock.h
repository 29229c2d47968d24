#ifndef ETALON_COMMON_SECURITY_TOKEN_FILE_LOCK_H_
#define ETALON_COMMON_SECURITY_TOKEN_FILE_LOCK_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "common/security/token_file.h"

namespace etalon {

// Replaces the file at `path` by what `change` makes of it, at once for those
// who read it, with nobody else changing it meanwhile (a lock on `path`.lock,
// which stays). The file is made, readable by its owner alone, where there is
// none and `create`. Nothing is written when `change` fails.
// NOT_FOUND: there is no file. Errors of reading, of writing and of `change`.
// May block for as long as another holds the lock: moments.
absl::Status ChangeTokenFile(
    const std::string& path, bool create,
    const std::function<absl::Status(TokenList& tokens)>& change);

}  // namespace etalon

#endif  // ETALON_COMMON_SECURITY_TOKEN_FILE_LOCK_H_
