// etalon token: create, list and revoke.

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <string>

#include "absl/strings/strip.h"
#include "common/security/hashing.h"
#include "common/security/token_file.h"
#include "tests/client/command_line_fixture.h"
#include "tests/support/process.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::CommandLineFixture;
using ::etalon::testing::CommandResult;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;

class TokenCommandTest : public CommandLineFixture {
 protected:
  CommandResult RunToken(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "token");
    arguments.insert(arguments.end(), {"--tokens", file_});
    return Run(arguments);
  }
  TokenList Tokens() {
    absl::StatusOr<TokenList> tokens = ReadTokenList(file_);
    EXPECT_TRUE(tokens.ok()) << tokens.status();
    return tokens.value_or(TokenList());
  }

  const std::string file_ = folder_.File("tokens");
};

TEST_F(TokenCommandTest, CreatePrintsTheTokenOnceAndKeepsItsHash) {
  const CommandResult result = RunToken({"create", "alice", "--role", "admin"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, MatchesRegex("etalon_[0-9a-f]{12}_[0-9a-f]{64}\n"));
  const TokenList tokens = Tokens();
  ASSERT_THAT(tokens, SizeIs(1));
  const absl::StatusOr<Token> token =
      ParseToken(absl::StripSuffix(result.out, "\n"));
  ETALON_ASSERT_OK(token);
  EXPECT_EQ(tokens[0].id, token->id);
  EXPECT_EQ(tokens[0].hash, Hash(token->secret));
  EXPECT_EQ(tokens[0].role, Role::kAdmin);
  EXPECT_EQ(tokens[0].expire_time, std::nullopt);
  const CommandResult list = RunToken({"list"});
  EXPECT_THAT(list.out, HasSubstr(token->id));
  EXPECT_THAT(list.out + list.err, Not(HasSubstr(token->secret)));
  EXPECT_THAT(testing::ReadFile(file_), Not(HasSubstr(token->secret)));
}

TEST_F(TokenCommandTest, OutputIsForItsOwnerAloneAndNothingIsOverwritten) {
  const std::string output = folder_.File("gpu-1.token");
  const std::vector<std::string> create = {"create", "gpu-1",    "--role",
                                           "worker", "--output", output};
  const CommandResult result = RunToken(create);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, IsEmpty());
  struct stat status;
  ASSERT_EQ(stat(output.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const std::string token = testing::ReadFile(output);
  ETALON_EXPECT_OK(ReadTokenOf(output));
  const CommandResult again = RunToken(create);
  EXPECT_EQ(again.exit_code, 4);
  EXPECT_THAT(again.err, HasSubstr(output));
  EXPECT_EQ(testing::ReadFile(output), token);
  EXPECT_THAT(Tokens(), SizeIs(1));
}

TEST_F(TokenCommandTest, SecondTokenOfAHolderIsToldOf) {
  EXPECT_EQ(RunToken({"create", "gpu-1", "--role", "worker"}).exit_code, 0);
  const CommandResult second =
      RunToken({"create", "gpu-1", "--role", "worker"});
  EXPECT_EQ(second.exit_code, 0);
  EXPECT_THAT(second.err, HasSubstr("2 live tokens now"));
  const CommandResult other = RunToken({"create", "gpu-1", "--role", "admin"});
  EXPECT_EQ(other.exit_code, 4);
  EXPECT_THAT(other.err, HasSubstr("the role worker"));
}

TEST_F(TokenCommandTest, LifeIsInDaysOrHours) {
  EXPECT_EQ(RunToken({"create", "a", "--role", "client", "--expires", "90d"})
                .exit_code,
            0);
  EXPECT_EQ(RunToken({"create", "b", "--role", "client", "--expires", "12h"})
                .exit_code,
            0);
  const TokenList tokens = Tokens();
  ASSERT_THAT(tokens, SizeIs(2));
  EXPECT_EQ(*tokens[0].expire_time - tokens[0].create_time,
            absl::Hours(24 * 90));
  EXPECT_EQ(*tokens[1].expire_time - tokens[1].create_time, absl::Hours(12));
}

TEST_F(TokenCommandTest, RevokeSaysHowManyWere) {
  RunToken({"create", "a", "--role", "viewer"});
  RunToken({"create", "a", "--role", "viewer"});
  const CommandResult one = RunToken({"revoke", Tokens()[0].id});
  EXPECT_EQ(one.exit_code, 0);
  EXPECT_THAT(one.err, HasSubstr("revoked 1 live token;"));
  EXPECT_THAT(RunToken({"revoke", "a"}).err, HasSubstr("revoked 1 live"));
  EXPECT_THAT(RunToken({"revoke", "a"}).err, HasSubstr("revoked 0 live"));
  EXPECT_THAT(RunToken({"list", "-o", "csv"}).out, HasSubstr("REVOKED"));
  const CommandResult unknown = RunToken({"revoke", "nobody"});
  EXPECT_EQ(unknown.exit_code, 3);
  EXPECT_THAT(unknown.err, HasSubstr("'nobody'"));
}

TEST_F(TokenCommandTest, WrongArgumentsAreRefusedInPlainWords) {
  const struct {
    std::vector<std::string> arguments;
    const char* words;
  } cases[] = {
      {{"create", "a"}, "--role is required"},
      {{"create", "a", "--role", "king"}, "'king' is no role"},
      {{"create", "a b", "--role", "admin"}, "'a b' is no name"},
      {{"create", "a", "--role", "admin", "--expires", "soon"}, "'soon'"},
      {{"create", "a", "--role", "admin", "--expires", "-1d"}, "'-1d'"},
      {{"create", "a", "--role", "admin", "--expires", "9999999d"}, "10 years"},
      {{"nonsense"}, "A subcommand is required"},
  };
  for (const auto& c : cases) {
    const CommandResult result = RunToken(c.arguments);
    EXPECT_EQ(result.exit_code, 2) << c.words;
    EXPECT_THAT(result.err, HasSubstr(c.words));
  }
  EXPECT_EQ(Run({"token", "list"}).exit_code, 2);
  EXPECT_EQ(RunToken({"list"}).exit_code, 3);
}

TEST_F(TokenCommandTest, CredentialsThatCannotBeUsedAreNamed) {
  const CommandResult plain =
      Run({"list", "--token-file", folder_.File("token")});
  EXPECT_EQ(plain.exit_code, 2);
  EXPECT_THAT(plain.err, HasSubstr("encrypted only"));
  environment_["ETALON_TLS_CA"] = folder_.File("none.pem");
  const CommandResult missing = Run({"list"});
  EXPECT_EQ(missing.exit_code, 3);
  EXPECT_THAT(missing.err, HasSubstr("none.pem"));
}

}  // namespace
}  // namespace etalon
