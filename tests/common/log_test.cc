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

}  // namespace
}  // namespace etalon
