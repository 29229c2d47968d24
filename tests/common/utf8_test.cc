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

}  // namespace
}  // namespace etalon
