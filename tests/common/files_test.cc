#include "common/files.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace etalon {
namespace {

using ::etalon::testing::StatusIs;
using ::etalon::testing::TempDir;
using ::testing::HasSubstr;

class FilesTest : public ::testing::Test {
 protected:
  // Files in the folder.
  int Count() const {
    int count = 0;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator(folder_.path())) {
      ++count;
    }
    return count;
  }

  TempDir folder_;
  const std::string path_ = folder_.File("file");
};

TEST_F(FilesTest, ReadsWhatWasWritten) {
  const std::string bytes("a\0b\n", 4);
  ETALON_ASSERT_OK(WriteFileAtomically(path_, bytes, /*replace=*/false));
  EXPECT_EQ(*ReadWholeFile(path_, 4), bytes);
  ETALON_ASSERT_OK(WriteFileAtomically(path_, "", /*replace=*/true));
  EXPECT_EQ(*ReadWholeFile(path_, 4), "");
  EXPECT_EQ(Count(), 1);
}

TEST_F(FilesTest, FileThatIsThereIsReplacedOnlyWhenAsked) {
  ETALON_ASSERT_OK(WriteFileAtomically(path_, "first", /*replace=*/false));
  EXPECT_THAT(WriteFileAtomically(path_, "second", /*replace=*/false),
              StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr(path_)));
  EXPECT_EQ(*ReadWholeFile(path_, 10), "first");
  ETALON_ASSERT_OK(WriteFileAtomically(path_, "second", /*replace=*/true));
  EXPECT_EQ(*ReadWholeFile(path_, 10), "second");
}

TEST_F(FilesTest, WriteThatFailsLeavesNothing) {
  EXPECT_THAT(WriteFileAtomically(folder_.File("no/file"), "x", true),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no/file")));
  // A folder stands where the file should be.
  ASSERT_EQ(mkdir(path_.c_str(), 0777), 0);
  EXPECT_THAT(WriteFileAtomically(path_, "x", true),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("cannot write")));
  EXPECT_EQ(Count(), 1);
}

TEST_F(FilesTest, FullDiskIsSaidToBeFull) {
  if (access("/dev/full", W_OK) != 0) GTEST_SKIP() << "no /dev/full";
  // The one place that is always full is a device: the name written first is a
  // link to it.
  const std::string partial = folder_.File("full" + std::string(kPartialFile) +
                                           std::to_string(getpid()) + "-");
  for (int i = 0; i < 100; ++i) {
    std::filesystem::create_symlink("/dev/full", partial + std::to_string(i));
  }
  EXPECT_THAT(
      WriteFileAtomically(folder_.File("full"), "x", true),
      StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("No space")));
  EXPECT_EQ(Count(), 99);
}

TEST_F(FilesTest, FilesThatAreNoneAreRefused) {
  EXPECT_THAT(ReadWholeFile(path_, 10),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr(path_)));
  EXPECT_THAT(ReadWholeFile(folder_.path(), 10),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("no regular file")));
  ASSERT_EQ(mkfifo(path_.c_str(), 0666), 0);
  EXPECT_THAT(ReadWholeFile(path_, 10),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("no regular file")));
}

TEST_F(FilesTest, FilesPastTheLimitAreRefused) {
  ETALON_ASSERT_OK(WriteFileAtomically(path_, "12345", /*replace=*/false));
  EXPECT_THAT(ReadWholeFile(path_, 4),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       HasSubstr("5 bytes, more than 4")));
}

}  // namespace
}  // namespace etalon
