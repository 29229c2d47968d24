#include "server/access_rules.h"

#include <initializer_list>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace etalon {
namespace {

// A set of roles, a bit for each.
using Roles = unsigned;

constexpr Roles Bit(Role role) { return 1u << static_cast<unsigned>(role); }

// Administrators may call everything that anybody may.
constexpr Roles kAdmins = Bit(Role::kAdmin);
constexpr Roles kChange = kAdmins | Bit(Role::kClient);
constexpr Roles kRead = kChange | Bit(Role::kViewer);
constexpr Roles kWork = kAdmins | Bit(Role::kWorker);
constexpr Roles kEverybody = kRead | kWork;

struct Rule {
  absl::string_view method;
  Roles roles;
};

constexpr Rule kRules[] = {
    {"/etalon.v1.SearchService/CreateSearch", kChange},
    {"/etalon.v1.SearchService/PauseSearch", kChange},
    {"/etalon.v1.SearchService/ResumeSearch", kChange},
    {"/etalon.v1.SearchService/CancelSearch", kChange},
    {"/etalon.v1.SearchService/PlanSearch", kRead},
    {"/etalon.v1.SearchService/DeleteSearch", kChange},
    // What it costs is for the caller to say, up to the limits: not for whom a
    // token was given to that lets look at results.
    {"/etalon.v1.SearchService/RunSql", kChange},
    {"/etalon.v1.SearchService/GetSearch", kRead},
    {"/etalon.v1.SearchService/ListSearches", kRead},
    {"/etalon.v1.SearchService/ListTrials", kRead},
    {"/etalon.v1.SearchService/GetTrial", kRead},
    {"/etalon.v1.SearchService/ReadModel", kRead},
    {"/etalon.v1.SearchService/RankConfigurations", kRead},
    {"/etalon.v1.SearchService/ListWorkers", kRead},

    // Each of its own leases only: server/gate.h holds that.
    {"/etalon.v1.WorkerService/RegisterWorker", kWork},
    {"/etalon.v1.WorkerService/LeaseTrials", kWork},
    {"/etalon.v1.WorkerService/Heartbeat", kWork},
    {"/etalon.v1.WorkerService/StoreModel", kWork},
    {"/etalon.v1.WorkerService/StoreCheckpoint", kWork},
    {"/etalon.v1.WorkerService/ReadCheckpoint", kWork},
    {"/etalon.v1.WorkerService/CompleteTrials", kWork},
    {"/etalon.v1.WorkerService/ReturnTrials", kWork},
    {"/etalon.v1.WorkerService/UnregisterWorker", kWork},

    {"/grpc.health.v1.Health/Check", kEverybody},
    {"/grpc.health.v1.Health/Watch", kEverybody},
    // It tells what services there are: for people who develop them.
    {"/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", kAdmins},
};

const Rule* FindRule(absl::string_view method) {
  static const auto* const rules = [] {
    auto* map = new absl::flat_hash_map<absl::string_view, const Rule*>;
    for (const Rule& rule : kRules) map->emplace(rule.method, &rule);
    return map;
  }();
  const auto found = rules->find(method);
  return found == rules->end() ? nullptr : found->second;
}

}  // namespace

bool HasAccessRule(absl::string_view method) {
  return FindRule(method) != nullptr;
}

absl::Status CheckAccess(Role role, absl::string_view method) {
  const Rule* const rule = FindRule(method);
  if (rule == nullptr) {
    return absl::PermissionDeniedError(absl::StrCat(
        "nobody may call '", absl::CHexEscape(method.substr(0, 128)), "'"));
  }
  if ((rule->roles & Bit(role)) != 0) return absl::OkStatus();
  std::vector<absl::string_view> allowed;
  for (const Role other : kRoles) {
    if ((rule->roles & Bit(other)) != 0) allowed.push_back(RoleName(other));
  }
  return absl::PermissionDeniedError(
      absl::StrCat("a token of the role ", RoleName(role), " may not call ",
                   absl::StripPrefix(method, "/"), ": it takes ",
                   absl::StrJoin(allowed, " or ")));
}

}  // namespace etalon
