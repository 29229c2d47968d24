#include "client/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace etalon {
namespace {

using ::etalon::testing::StatusIs;
using ::etalon::testing::TempDir;
using ::testing::AllOf;
using ::testing::HasSubstr;

class SettingsTest : public ::testing::Test {
 protected:
  SettingsTest() { variables_["HOME"] = folder_.path(); }

  std::string WriteConfig(const std::string& config_home,
                          const std::string& text) {
    const std::string path = config_home + "/etalon/config.yaml";
    std::filesystem::create_directories(config_home + "/etalon");
    std::ofstream(path) << text;
    return path;
  }
  absl::StatusOr<Settings> Resolve(const std::string& flag = "") {
    return ResolveSettings(
        flag, flags_,
        [this](const std::string& name) -> std::optional<std::string> {
          const auto found = variables_.find(name);
          if (found == variables_.end()) return std::nullopt;
          return found->second;
        });
  }

  TempDir folder_;
  std::map<std::string, std::string> variables_;
  ClientCredentialFiles flags_;
};

TEST_F(SettingsTest, FlagOverEnvironmentOverFileOverDefault) {
  EXPECT_EQ(Resolve()->server, "127.0.0.1:7077");
  WriteConfig(folder_.File(".config"), "server: file:1\n");
  EXPECT_EQ(Resolve()->server, "file:1");
  variables_["ETALON_SERVER"] = "environment:2";
  EXPECT_EQ(Resolve()->server, "environment:2");
  EXPECT_EQ(Resolve("flag:3")->server, "flag:3");
}

TEST_F(SettingsTest, CredentialsComeFromTheSamePlaces) {
  EXPECT_EQ(Resolve()->credentials.ca, "");
  WriteConfig(folder_.File(".config"),
              "tls_ca: ca\ntls_certificate: c\ntls_key: k\ntoken_file: t\n");
  EXPECT_EQ(Resolve()->credentials.ca, "ca");
  EXPECT_EQ(Resolve()->credentials.certificate, "c");
  EXPECT_EQ(Resolve()->credentials.key, "k");
  EXPECT_EQ(Resolve()->credentials.token, "t");
  variables_ = {{"HOME", folder_.path()},
                {"ETALON_TLS_CA", "ca2"},
                {"ETALON_TLS_CERTIFICATE", "c2"},
                {"ETALON_TLS_KEY", "k2"},
                {"ETALON_TOKEN_FILE", "t2"}};
  EXPECT_EQ(Resolve()->credentials.ca, "ca2");
  EXPECT_EQ(Resolve()->credentials.certificate, "c2");
  EXPECT_EQ(Resolve()->credentials.key, "k2");
  EXPECT_EQ(Resolve()->credentials.token, "t2");
  flags_ = {.ca = "ca3", .certificate = "", .key = "", .token = "t3"};
  EXPECT_EQ(Resolve()->credentials.ca, "ca3");
  EXPECT_EQ(Resolve()->credentials.certificate, "c2");
  EXPECT_EQ(Resolve()->credentials.token, "t3");
}

TEST_F(SettingsTest, XdgConfigHomeIsRespected) {
  WriteConfig(folder_.File(".config"), "server: home:1\n");
  WriteConfig(folder_.File("xdg"), "server: xdg:2\n");
  variables_["XDG_CONFIG_HOME"] = folder_.File("xdg");
  EXPECT_EQ(Resolve()->server, "xdg:2");
  variables_["XDG_CONFIG_HOME"] = "relative";
  EXPECT_EQ(Resolve()->server, "home:1");
}

TEST_F(SettingsTest, WrongFileIsNamedWithItsLine) {
  const std::string path =
      WriteConfig(folder_.File(".config"), "# mine\nsever: a:1\n");
  EXPECT_THAT(Resolve("flag:3"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr(path + ":2:"),
                             HasSubstr("did you mean 'server'?"))));
  WriteConfig(folder_.File(".config"), "server: [a\n");
  EXPECT_THAT(Resolve(), StatusIs(absl::StatusCode::kInvalidArgument,
                                  HasSubstr(path + ":")));
  WriteConfig(folder_.File(".config"), "server: ''\n");
  EXPECT_THAT(Resolve(), StatusIs(absl::StatusCode::kInvalidArgument,
                                  HasSubstr("must not be empty")));
}

TEST_F(SettingsTest, FileThatCannotBeReadIsNamed) {
  std::filesystem::create_directories(
      folder_.File(".config/etalon/config.yaml"));
  EXPECT_THAT(Resolve(), StatusIs(absl::StatusCode::kInvalidArgument,
                                  HasSubstr("config.yaml")));
}

TEST_F(SettingsTest, EmptyFileSaysNothing) {
  WriteConfig(folder_.File(".config"), "# nothing yet\n");
  EXPECT_EQ(Resolve()->server, kDefaultServer);
}

}  // namespace
}  // namespace etalon
