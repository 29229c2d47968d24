#include "common/relative_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "common/limits.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(RelativePathTest, NamesWithSlashesBetweenThemAreTaken) {
  for (const char* path :
       {"a", "a/b", "MNIST/raw", "..a/b..", "a b/c.d", "é"}) {
    ETALON_EXPECT_OK(CheckRelativePath(path)) << path;
  }
}

TEST(RelativePathTest, WhatLeavesTheFolderIsRefused) {
  EXPECT_THAT(CheckRelativePath("/etc/passwd"),
              StatusIs(kInvalid, HasSubstr("absolute")));
  for (const char* path : {"..", "../a", "a/..", "a/../b", "a/../../b"}) {
    EXPECT_THAT(CheckRelativePath(path), StatusIs(kInvalid, HasSubstr("..")))
        << path;
  }
}

TEST(RelativePathTest, NamesThatAreNoneAreRefused) {
  for (const char* path : {"", "a/", "a//b", ".", "./a", "a/./b"}) {
    EXPECT_THAT(CheckRelativePath(path), StatusIs(kInvalid, HasSubstr("path")))
        << path;
  }
}

TEST(RelativePathTest, ControlCharactersAreRefused) {
  for (const std::string& path :
       {std::string("a\0b", 3), std::string("a\nb"), std::string("\x7f")}) {
    EXPECT_THAT(CheckRelativePath(path),
                StatusIs(kInvalid, HasSubstr("control character")));
  }
}

TEST(RelativePathTest, LongPathsAreRefused) {
  ETALON_EXPECT_OK(CheckRelativePath(std::string(kMaxRelativePathBytes, 'a')));
  EXPECT_THAT(CheckRelativePath(std::string(kMaxRelativePathBytes + 1, 'a')),
              StatusIs(kInvalid, HasSubstr("257 bytes")));
}

}  // namespace
}  // namespace etalon
