#include "server/access_rules.h"

#include <gmock/gmock.h>

#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(AccessRules, MethodWithoutARuleIsForNobody) {
  for (const char* method : {"", "/", "/etalon.v1.SearchService/DropEverything",
                             "etalon.v1.SearchService/GetSearch",
                             "/etalon.v1.SearchService/GetSearch/"}) {
    EXPECT_FALSE(HasAccessRule(method));
    for (const Role role : kRoles) {
      EXPECT_THAT(CheckAccess(role, method),
                  StatusIs(absl::StatusCode::kPermissionDenied,
                           HasSubstr("nobody may call")));
    }
  }
}

TEST(AccessRules, RefusalSaysWhoMay) {
  EXPECT_THAT(
      CheckAccess(Role::kWorker, "/etalon.v1.SearchService/CancelSearch"),
      StatusIs(absl::StatusCode::kPermissionDenied,
               AllOf(HasSubstr("role worker"),
                     HasSubstr("etalon.v1.SearchService/CancelSearch"),
                     HasSubstr("admin or client"))));
}

TEST(AccessRules, NameThatNobodyHasIsEscaped) {
  EXPECT_THAT(CheckAccess(Role::kAdmin, "/a\x1b[2Jb\n"),
              StatusIs(absl::StatusCode::kPermissionDenied,
                       HasSubstr("'/a\\x1b[2Jb\\n'")));
}

}  // namespace
}  // namespace etalon
