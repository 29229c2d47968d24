#include "common/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace etalon {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Log, WritesOneLineWithItsLevel) {
  ::testing::internal::CaptureStderr();
  LogWarning("lease of ", 3, " trials");
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              EndsWith("Z warning lease of 3 trials\n"));
}

TEST(Log, EscapesWhatCouldForgeALineOrSteerATerminal) {
  ::testing::internal::CaptureStderr();
  LogInfo("name \x1b[2J\nforged");
  const std::string line = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(line, Not(HasSubstr("\x1b")));
  EXPECT_THAT(line, HasSubstr("\\nforged"));
}

TEST(Log, LeavesQuotesAlone) {
  ::testing::internal::CaptureStderr();
  LogInfo("search 'a' \"b\"");
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              EndsWith("search 'a' \"b\"\n"));
}

TEST(Log, JsonIsOneObjectALine) {
  SetLogFormat(LogFormat::kJson);
  ::testing::internal::CaptureStderr();
  LogWarning("a \"b\" \\ \x1b[2J\nforged \u00e9 \U0001f600 \xff");
  const std::string line = ::testing::internal::GetCapturedStderr();
  SetLogFormat(LogFormat::kText);
  EXPECT_THAT(line, ::testing::MatchesRegex(
                        "\\{\"time\":\"[^\"]*Z\",\"level\":\"warning\","
                        "\"message\":\"[^\n]*\"\\}\n"));
  EXPECT_THAT(line, HasSubstr("a \\\"b\\\" \\\\ \\u001b[2J\\u000aforged "
                              "\\u00e9 \\ud83d\\ude00 \\ufffd"));
}

TEST(Log, EmptyTextIsAJsonString) { EXPECT_EQ(ToJsonString(""), "\"\""); }

}  // namespace
}  // namespace etalon
