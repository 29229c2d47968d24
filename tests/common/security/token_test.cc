#include "common/security/token.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <set>
#include <string>

#include "absl/strings/escaping.h"
#include "common/security/hashing.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace etalon {
namespace {

using ::etalon::testing::StatusIs;
using ::etalon::testing::TempDir;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

TEST(Token, HasItsFormAndReadsBack) {
  const Token token = NewToken();
  EXPECT_THAT(token.ToString(),
              MatchesRegex("etalon_[0-9a-f]{12}_[0-9a-f]{64}"));
  const absl::StatusOr<Token> read = ParseToken(token.ToString());
  ETALON_ASSERT_OK(read);
  EXPECT_EQ(read->id, token.id);
  EXPECT_EQ(read->secret, token.secret);
}

TEST(Token, NoTwoAreAlike) {
  std::set<std::string> ids;
  std::set<std::string> secrets;
  for (int i = 0; i < 100; ++i) {
    const Token token = NewToken();
    ids.insert(token.id);
    secrets.insert(token.secret);
  }
  EXPECT_EQ(ids.size(), 100u);
  EXPECT_EQ(secrets.size(), 100u);
}

TEST(Token, WhatIsNoneIsRefusedWithoutBeingRepeated) {
  const std::string good = NewToken().ToString();
  std::string upper = good;
  upper[10] = 'A';
  for (const std::string& text :
       {std::string(), std::string("etalon_"), good.substr(1),
        good.substr(0, good.size() - 1), good + "0", " " + good, good + "\n",
        upper, "Bearer " + good, good + std::string(1, '\0'),
        std::string(1 << 20, 'a')}) {
    EXPECT_THAT(ParseToken(text),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         AllOf(HasSubstr("etalon token create"),
                               Not(HasSubstr(good.substr(20, 40))))));
  }
}

TEST(Token, FileOfOthersIsNotUsed) {
  const TempDir folder;
  const std::string path = folder.File("token");
  const Token token = NewToken();
  std::ofstream(path) << token.ToString() << "\n";
  chmod(path.c_str(), 0644);
  EXPECT_THAT(ReadTokenOf(path), StatusIs(absl::StatusCode::kPermissionDenied,
                                          HasSubstr("chmod 600 " + path)));
  chmod(path.c_str(), 0600);
  const absl::StatusOr<Token> read = ReadTokenOf(path);
  ETALON_ASSERT_OK(read);
  EXPECT_EQ(read->secret, token.secret);
}

TEST(Token, FileWithoutOneIsNamed) {
  const TempDir folder;
  EXPECT_THAT(ReadTokenOf(folder.File("none")),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("none")));
  EXPECT_THAT(ReadTokenOf(folder.path()),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("no regular file")));
  const std::string path = folder.File("token");
  std::ofstream(path) << "my password";
  chmod(path.c_str(), 0600);
  EXPECT_THAT(ReadTokenOf(path),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr(path), Not(HasSubstr("password")))));
}

// The figure of FIPS 180-2 for "abc".
TEST(Hashing, IsSha256) {
  EXPECT_EQ(absl::BytesToHexString(Hash("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Hashing, ComparesWholes) {
  EXPECT_TRUE(SecretsEqual("", ""));
  EXPECT_TRUE(SecretsEqual("abc", "abc"));
  EXPECT_FALSE(SecretsEqual("abc", "abd"));
  EXPECT_FALSE(SecretsEqual("abc", "ab"));
}

}  // namespace
}  // namespace etalon
