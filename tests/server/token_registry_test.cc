#include "server/token_registry.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <string>

#include "common/log.h"
#include "common/security/token_file_lock.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace etalon {
namespace {

using ::etalon::testing::FakeClock;
using ::etalon::testing::StatusIs;
using ::etalon::testing::TempDir;
using ::testing::AllOf;
using ::testing::HasSubstr;

class TokenRegistryTest : public ::testing::Test {
 protected:
  TokenRegistryTest() {
    SetLogLevel(LogLevel::kError);
    alice_ = Add("alice", Role::kAdmin);
    auto registry = TokenRegistry::Open(path_, clock_);
    GTEST_CHECK_(registry.ok()) << registry.status();
    registry_ = *std::move(registry);
  }

  std::string Add(const std::string& name, Role role,
                  std::optional<absl::Time> expire_time = std::nullopt) {
    std::string text;
    Change([&](TokenList& tokens) {
      auto token = AddToken(tokens, name, role, clock_.Now(), expire_time);
      if (token.ok()) text = token->ToString();
      return token.status();
    });
    return text;
  }
  template <typename F>
  void Change(F change) {
    ETALON_EXPECT_OK(ChangeTokenFile(path_, /*create=*/true, change));
  }

  TempDir folder_;
  const std::string path_ = folder_.File("tokens");
  FakeClock clock_;
  std::string alice_;
  std::unique_ptr<TokenRegistry> registry_;
};

TEST_F(TokenRegistryTest, KnowsWhoseATokenIs) {
  const absl::StatusOr<Identity> identity = registry_->Authenticate(alice_);
  ETALON_ASSERT_OK(identity);
  EXPECT_EQ(identity->name, "alice");
  EXPECT_EQ(identity->role, Role::kAdmin);
}

TEST_F(TokenRegistryTest, WrongSecretAndUnknownIdGetOneAnswer) {
  std::string wrong = alice_;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  const absl::Status of_secret = registry_->Authenticate(wrong).status();
  EXPECT_THAT(of_secret, StatusIs(absl::StatusCode::kUnauthenticated,
                                  HasSubstr("is not known")));
  EXPECT_EQ(registry_->Authenticate(NewToken().ToString()).status(), of_secret);
  EXPECT_THAT(
      registry_->Authenticate("nonsense\x1b[2J"),
      StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("etalon_...")));
}

TEST_F(TokenRegistryTest, ExpiredOneIsRefused) {
  const std::string bob =
      Add("bob", Role::kClient, clock_.Now() + absl::Hours(1));
  registry_->Refresh();
  ETALON_EXPECT_OK(registry_->Authenticate(bob));
  clock_.Advance(absl::Hours(1));
  EXPECT_THAT(registry_->Authenticate(bob),
              StatusIs(absl::StatusCode::kUnauthenticated,
                       AllOf(HasSubstr("bob"), HasSubstr("has expired"))));
  ETALON_EXPECT_OK(registry_->Authenticate(alice_));
}

TEST_F(TokenRegistryTest, ChangesAreInForceAfterARefresh) {
  const std::string bob = Add("bob", Role::kClient);
  EXPECT_FALSE(registry_->Authenticate(bob).ok());
  registry_->Refresh();
  ETALON_EXPECT_OK(registry_->Authenticate(bob));
  Change([&](TokenList& tokens) {
    return RevokeTokens(tokens, "bob", clock_.Now()).status();
  });
  registry_->Refresh();
  EXPECT_THAT(
      registry_->Authenticate(bob),
      StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("was revoked")));
}

TEST_F(TokenRegistryTest, BrokenFileChangesNothingAndIsLoggedOnce) {
  std::ofstream(path_, std::ios::app) << "half a li";
  ::testing::internal::CaptureStderr();
  registry_->Refresh();
  registry_->Refresh();
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, HasSubstr("the tokens stay as they were: " + path_));
  EXPECT_EQ(log.find("stay as they were"), log.rfind("stay as they were"));
  ETALON_EXPECT_OK(registry_->Authenticate(alice_));
}

TEST_F(TokenRegistryTest, MissingFileChangesNothing) {
  unlink(path_.c_str());
  ::testing::internal::CaptureStderr();
  registry_->Refresh();
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr(path_));
  ETALON_EXPECT_OK(registry_->Authenticate(alice_));
  const std::string bob = Add("bob", Role::kClient);
  registry_->Refresh();
  ETALON_EXPECT_OK(registry_->Authenticate(bob));
}

TEST_F(TokenRegistryTest, FirstStartSaysHowToMakeTheFile) {
  EXPECT_THAT(
      TokenRegistry::Open(folder_.File("none"), clock_),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("etalon token create")));
}

}  // namespace
}  // namespace etalon
