#include "common/failpoint.h"

#include <gmock/gmock.h>

#include "common/files.h"
#include "common/log.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace etalon {
namespace {

using ::etalon::testing::IsOk;
using ::etalon::testing::StatusIs;
using ::etalon::testing::TempDir;
using ::testing::HasSubstr;
using ::testing::Not;

class FailpointTest : public ::testing::Test {
 protected:
  FailpointTest() { SetLogLevel(LogLevel::kError); }
  ~FailpointTest() override { ETALON_EXPECT_OK(SetFailpoints("")); }
};

TEST_F(FailpointTest, DoesNothingUntilItIsSet) {
  ETALON_EXPECT_OK(HitFailpoint(Failpoint::kReply));
}

TEST_F(FailpointTest, FailsAtEachHitOrAtOne) {
  ETALON_ASSERT_OK(SetFailpoints("reply=error,store.before_begin=error@2"));
  EXPECT_THAT(HitFailpoint(Failpoint::kReply),
              StatusIs(absl::StatusCode::kUnavailable, "failpoint reply"));
  EXPECT_THAT(HitFailpoint(Failpoint::kReply), Not(IsOk()));
  ETALON_EXPECT_OK(HitFailpoint(Failpoint::kStoreBeforeBegin));
  EXPECT_THAT(HitFailpoint(Failpoint::kStoreBeforeBegin), Not(IsOk()));
  ETALON_EXPECT_OK(HitFailpoint(Failpoint::kStoreBeforeBegin));
}

TEST_F(FailpointTest, SleepsAndGoesOn) {
  ETALON_ASSERT_OK(SetFailpoints("reply=sleep:1"));
  ETALON_EXPECT_OK(HitFailpoint(Failpoint::kReply));
}

TEST_F(FailpointTest, KillsAsAPowerCutDoes) {
  ETALON_ASSERT_OK(SetFailpoints("reply=kill"));
  EXPECT_EXIT(HitFailpoint(Failpoint::kReply).IgnoreError(),
              ::testing::KilledBySignal(SIGKILL), "");
}

TEST_F(FailpointTest, WrongTextsAreRefusedByName) {
  for (const char* text :
       {"relpy=kill", "reply", "reply=", "reply=maim", "reply=sleep",
        "reply=sleep:-1", "reply=kill@0", "reply=kill@", "reply=kill@x"}) {
    EXPECT_THAT(SetFailpoints(text),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("")))
        << text;
  }
  EXPECT_THAT(SetFailpoints("relpy=kill"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "there is no failpoint 'relpy'"));
}

TEST_F(FailpointTest, FileThatIsNotRenamedLeavesTheOldOne) {
  TempDir folder;
  const std::string path = folder.File("file");
  ETALON_ASSERT_OK(WriteFileAtomically(path, "old", true));
  ETALON_ASSERT_OK(SetFailpoints("file.before_rename=error"));
  EXPECT_THAT(WriteFileAtomically(path, "new", true), Not(IsOk()));
  EXPECT_EQ(*ReadWholeFile(path, 100), "old");
}

TEST_F(FailpointTest, FileIsWholeWheneverItsWriterDies) {
  TempDir folder;
  const std::string path = folder.File("file");
  ETALON_ASSERT_OK(WriteFileAtomically(path, "old", true));
  const auto write_and_die = [&path](const char* where) {
    SetFailpoints(where).IgnoreError();
    WriteFileAtomically(path, "new", true).IgnoreError();
  };
  EXPECT_EXIT(write_and_die("file.before_rename=kill"),
              ::testing::KilledBySignal(SIGKILL), "");
  EXPECT_EQ(*ReadWholeFile(path, 100), "old");
  EXPECT_EXIT(write_and_die("file.after_rename=kill"),
              ::testing::KilledBySignal(SIGKILL), "");
  EXPECT_EQ(*ReadWholeFile(path, 100), "new");
}

}  // namespace
}  // namespace etalon
