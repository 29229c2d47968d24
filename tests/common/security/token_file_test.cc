#include "common/security/token_file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/security/hashing.h"
#include "common/security/token_file_lock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace etalon {
namespace {

using ::etalon::testing::StatusIs;
using ::etalon::testing::TempDir;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

Token Add(TokenList& tokens, const std::string& name,
          Role role = Role::kWorker) {
  const auto token = AddToken(tokens, name, role, kNow, std::nullopt);
  GTEST_CHECK_(token.ok()) << token.status();
  return *token;
}

TEST(TokenFile, ListReadsBackAsItWasWritten) {
  TokenList tokens;
  Add(tokens, "alice", Role::kAdmin);
  ETALON_ASSERT_OK(AddToken(tokens, "gpu-7.rack_2", Role::kWorker, kNow,
                            kNow + absl::Hours(24)));
  Add(tokens, "bob", Role::kClient);
  ETALON_ASSERT_OK(RevokeTokens(tokens, "bob", kNow + absl::Seconds(1)));
  const std::string text = FormatTokenList(tokens);
  ETALON_ASSERT_OK_AND_ASSIGN(const TokenList read, ParseTokenList(text));
  ASSERT_THAT(read, SizeIs(3));
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(read[i].id, tokens[i].id);
    EXPECT_EQ(read[i].role, tokens[i].role);
    EXPECT_EQ(read[i].name, tokens[i].name);
    EXPECT_EQ(read[i].hash, tokens[i].hash);
    EXPECT_EQ(read[i].create_time, tokens[i].create_time);
    EXPECT_EQ(read[i].expire_time, tokens[i].expire_time);
    EXPECT_EQ(read[i].revoke_time, tokens[i].revoke_time);
  }
  EXPECT_EQ(FormatTokenList(read), text);
}

TEST(TokenFile, HoldsNoSecret) {
  TokenList tokens;
  const Token token = Add(tokens, "alice");
  EXPECT_THAT(FormatTokenList(tokens), Not(HasSubstr(token.secret)));
  EXPECT_EQ(tokens[0].hash, Hash(token.secret));
}

TEST(TokenFile, LinesThatAreWrongAreNamed) {
  TokenList tokens;
  Add(tokens, "alice");
  const std::string good = FormatTokenList(tokens);
  const struct {
    std::vector<std::pair<std::string, std::string>> changes;
    const char* words;
  } cases[] = {
      {{{"etalon-tokens 1", "etalon-tokens 2"}}, "line 1: must be"},
      {{{tokens[0].id, "0123456789aB"}}, "line 4: '0123456789aB' is no token"},
      {{{" worker ", " king "}}, "'king' is no role"},
      {{{" alice ", " a/b "}}, "'a/b' is no name"},
      {{{" alice ", " al\x1b[2Jice "}}, "'al\\x1b[2Jice' is no name"},
      {{{" alice ", " "}}, "has 6 words, not 7"},
      {{{" - -\n", " - - -\n"}}, "has 8 words, not 7"},
      {{{" - -\n", " soon -\n"}}, "'soon' is no time"},
      {{{" - -\n", " 2024-02-30T00:00:00Z -\n"}}, "is no time"},
      {{{" - -\n", " 2024-02-03T00:00:00+01:00 -\n"}}, "is no time"},
      {{{" alice ", " alice 0"}}, "the hash is not 64"},
  };
  for (const auto& c : cases) {
    const std::string text = absl::StrReplaceAll(good, c.changes);
    ASSERT_NE(text, good) << c.words;
    EXPECT_THAT(
        ParseTokenList(text),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(c.words)));
  }
  EXPECT_THAT(ParseTokenList(""), StatusIs(absl::StatusCode::kInvalidArgument,
                                           HasSubstr("line 1")));
  const std::string line = good.substr(good.find(tokens[0].id));
  EXPECT_THAT(ParseTokenList(good + line),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("is there twice")));
}

TEST(TokenFile, EveryPrefixIsReadOrRefused) {
  TokenList tokens;
  for (const char* name : {"a", "b", "c"}) Add(tokens, name);
  const std::string text = FormatTokenList(tokens);
  for (size_t size = 0; size < text.size(); ++size) {
    const absl::StatusOr<TokenList> read = ParseTokenList(text.substr(0, size));
    EXPECT_TRUE(read.ok() || absl::IsInvalidArgument(read.status()));
  }
}

TEST(TokenFile, TooManyAreRefusedWithTheFigure) {
  TokenList tokens(kMaxTokens);
  EXPECT_THAT(
      AddToken(tokens, "one-more", Role::kWorker, kNow, std::nullopt),
      StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("10000")));
}

TEST(TokenFile, NamesThatCannotBeAreRefused) {
  TokenList tokens;
  for (const std::string& name :
       {std::string(), std::string("a b"), std::string("a\n"),
        std::string("../x"), std::string(65, 'a'),
        std::string("0123456789ab")}) {
    EXPECT_THAT(AddToken(tokens, name, Role::kWorker, kNow, std::nullopt),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("is no name of a token")));
  }
}

TEST(TokenFile, NameStandsForOneRole) {
  TokenList tokens;
  Add(tokens, "alice", Role::kWorker);
  Add(tokens, "alice", Role::kWorker);
  EXPECT_THAT(AddToken(tokens, "alice", Role::kAdmin, kNow, std::nullopt),
              StatusIs(absl::StatusCode::kAlreadyExists,
                       AllOf(HasSubstr("the role worker"),
                             HasSubstr("etalon token revoke alice"))));
  ETALON_ASSERT_OK(RevokeTokens(tokens, "alice", kNow));
  Add(tokens, "alice", Role::kAdmin);
}

TEST(TokenFile, RevokesByIdOrByName) {
  TokenList tokens;
  const Token first = Add(tokens, "alice");
  Add(tokens, "alice");
  Add(tokens, "bob");
  EXPECT_EQ(*RevokeTokens(tokens, first.id, kNow), 1);
  EXPECT_FALSE(tokens[0].LiveAt(kNow));
  EXPECT_TRUE(tokens[1].LiveAt(kNow));
  EXPECT_EQ(*RevokeTokens(tokens, "alice", kNow + absl::Hours(1)), 1);
  // The first time stays.
  EXPECT_EQ(tokens[0].revoke_time, kNow);
  EXPECT_TRUE(tokens[2].LiveAt(kNow));
  EXPECT_EQ(*RevokeTokens(tokens, "alice", kNow), 0);
  EXPECT_THAT(RevokeTokens(tokens, "carol", kNow),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("'carol'")));
}

TEST(TokenFile, TokenIsGoodUntilItExpires) {
  TokenRecord token;
  token.expire_time = kNow;
  EXPECT_TRUE(token.LiveAt(kNow - absl::Seconds(1)));
  EXPECT_FALSE(token.LiveAt(kNow));
}

class TokenFileOnDisk : public ::testing::Test {
 protected:
  absl::Status Add(const std::string& name) {
    return ChangeTokenFile(path_, /*create=*/true, [&](TokenList& tokens) {
      return AddToken(tokens, name, Role::kWorker, kNow, std::nullopt).status();
    });
  }

  TempDir folder_;
  const std::string path_ = folder_.File("tokens");
};

TEST_F(TokenFileOnDisk, IsMadeForItsOwnerAlone) {
  ETALON_ASSERT_OK(Add("alice"));
  struct stat status;
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  ETALON_ASSERT_OK_AND_ASSIGN(const TokenList tokens, ReadTokenList(path_));
  EXPECT_THAT(tokens, SizeIs(1));
}

TEST_F(TokenFileOnDisk, IsNotMadeWhereItShouldBe) {
  EXPECT_THAT(ChangeTokenFile(path_, /*create=*/false,
                              [](TokenList&) { return absl::OkStatus(); }),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr(path_)));
}

TEST_F(TokenFileOnDisk, StaysAsItWasWhenTheChangeFails) {
  ETALON_ASSERT_OK(Add("alice"));
  EXPECT_THAT(ChangeTokenFile(path_, /*create=*/true,
                              [](TokenList& tokens) {
                                tokens.clear();
                                return absl::InternalError("no");
                              }),
              StatusIs(absl::StatusCode::kInternal, "no"));
  EXPECT_THAT(*ReadTokenList(path_), SizeIs(1));
}

TEST_F(TokenFileOnDisk, IsNotBelievedWhereOthersMayWriteIt) {
  ETALON_ASSERT_OK(Add("alice"));
  chmod(path_.c_str(), 0666);
  EXPECT_THAT(ReadTokenList(path_),
              StatusIs(absl::StatusCode::kPermissionDenied,
                       HasSubstr("chmod 600 " + path_)));
}

TEST_F(TokenFileOnDisk, ChangesAtOnceLoseNothing) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this, i] {
      for (int j = 0; j < 5; ++j) {
        ETALON_EXPECT_OK(Add(absl::StrCat("holder-", i, "-", j)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(*ReadTokenList(path_), SizeIs(20));
}

}  // namespace
}  // namespace etalon
