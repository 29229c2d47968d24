#include "common/utf8.h"

#include <gtest/gtest.h>

#include <optional>

namespace etalon {
namespace {

TEST(FindInvalidText, FindsTheFirstBadByte) {
  EXPECT_EQ(FindInvalidText("tab\t line\r\n Ä"), std::nullopt);
  EXPECT_EQ(FindInvalidText("ab\xff"), 2u);
  EXPECT_EQ(FindInvalidText("a\x1b"), 1u);
}

TEST(CutUtf8, EndsBetweenCharacters) {
  EXPECT_EQ(CutUtf8("abc", 3), "abc");
  EXPECT_EQ(CutUtf8("abc", 2), "ab");
  // Two bytes and three.
  EXPECT_EQ(CutUtf8("a\xc3\xa9", 2), "a");
  EXPECT_EQ(CutUtf8("a\xe2\x82\xac!", 3), "a");
  EXPECT_EQ(CutUtf8("a\xe2\x82\xac!", 4), "a\xe2\x82\xac");
  EXPECT_EQ(CutUtf8("\xe2\x82\xac", 1), "");
}

}  // namespace
}  // namespace etalon
