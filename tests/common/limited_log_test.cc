#include "common/limited_log.h"

#include <gmock/gmock.h>

#include <string>

#include "common/log.h"
#include "tests/support/fake_clock.h"

namespace etalon {
namespace {

using ::etalon::testing::FakeClock;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class LimitedLogTest : public ::testing::Test {
 protected:
  LimitedLogTest() { SetLogLevel(LogLevel::kInfo); }

  std::string LogOf(int notes, const char* what) {
    ::testing::internal::CaptureStderr();
    for (int i = 0; i < notes; ++i) log_.Note(what);
    return ::testing::internal::GetCapturedStderr();
  }

  FakeClock clock_;
  LimitedLog log_{clock_};
};

TEST_F(LimitedLogTest, FirstIsSaidAtOnceAndTheRestIsCounted) {
  EXPECT_THAT(LogOf(5, "no"),
              AllOf(HasSubstr("warning no\n"), Not(HasSubstr("like it"))));
  EXPECT_THAT(LogOf(3, "no"), IsEmpty());
  clock_.Advance(kLimitedLogInterval);
  EXPECT_THAT(LogOf(2, "no"), HasSubstr("no (and 7 like it before)\n"));
  clock_.Advance(kLimitedLogInterval);
  EXPECT_THAT(LogOf(1, "no"), HasSubstr("(and 1 like it before)"));
  clock_.Advance(kLimitedLogInterval);
  EXPECT_THAT(LogOf(1, "no"), HasSubstr("warning no\n"));
}

TEST_F(LimitedLogTest, ForgesNoLine) {
  EXPECT_THAT(LogOf(1, "no\n2026 info all is well\x1b[2J"),
              HasSubstr("no\\n2026 info all is well\\x1b[2J"));
}

}  // namespace
}  // namespace etalon
