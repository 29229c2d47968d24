#ifndef ETALON_COMMON_SECURITY_ROLE_H_
#define ETALON_COMMON_SECURITY_ROLE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace etalon {

// What the holder of a token is to the coordinator. docs/security.md says what
// each may call.
enum class Role { kAdmin, kClient, kViewer, kWorker };

inline constexpr Role kRoles[] = {Role::kAdmin, Role::kClient, Role::kViewer,
                                  Role::kWorker};

// "admin", "client", "viewer", "worker".
absl::string_view RoleName(Role role);

// INVALID_ARGUMENT: none of these.
absl::StatusOr<Role> ParseRole(absl::string_view name);

}  // namespace etalon

#endif  // ETALON_COMMON_SECURITY_ROLE_H_
