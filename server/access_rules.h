#ifndef ETALON_SERVER_ACCESS_RULES_H_
#define ETALON_SERVER_ACCESS_RULES_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/security/role.h"

namespace etalon {

// Who may call what: the one table that says so. Methods are named as gRPC
// names them, "/etalon.v1.SearchService/GetSearch". docs/security.md shows it.

// Whether the table has a rule for the method. One without is for nobody.
bool HasAccessRule(absl::string_view method);

// PERMISSION_DENIED: the role may not, and which may.
absl::Status CheckAccess(Role role, absl::string_view method);

}  // namespace etalon

#endif  // ETALON_SERVER_ACCESS_RULES_H_
