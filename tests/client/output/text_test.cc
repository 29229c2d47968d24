#include "client/output/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace etalon {
namespace {

using ::testing::ElementsAre;

TEST(Printable, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(Printable("plain, 'quoted' and Größe 漢字 λ"),
            "plain, 'quoted' and Größe 漢字 λ");
}

TEST(Printable, EscapesWhatSteersATerminal) {
  EXPECT_EQ(Printable("\x1b[2J"), "\\x1b[2J");
  EXPECT_EQ(Printable("a\r\nb\tc"), "a\\x0d\\x0ab\\x09c");
  EXPECT_EQ(Printable(std::string("\0", 1)), "\\x00");
  EXPECT_EQ(Printable("\x7f"), "\\x7f");
  EXPECT_EQ(Printable("\xc2\x9b"
                      "2J"),
            "\\x9b2J");  // C1: CSI in one character
}

TEST(Printable, EscapesWhatIsInvisibleOrTurnsTheLine) {
  EXPECT_EQ(Printable("a\u202Eb"), "a\\u{202e}b");
  EXPECT_EQ(Printable("a\u200Bb"), "a\\u{200b}b");
  EXPECT_EQ(Printable("a\u2028b"), "a\\u{2028}b");
  EXPECT_EQ(Printable("\uFEFF"), "\\u{feff}");
}

TEST(Printable, EscapesBytesThatAreNotUtf8) {
  EXPECT_EQ(Printable("\xff"), "\\xff");
  EXPECT_EQ(Printable("\xc0\xaf"), "\\xc0\\xaf");           // overlong
  EXPECT_EQ(Printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // surrogate
  EXPECT_EQ(Printable("\xe6\xbc"), "\\xe6\\xbc");           // cut short
}

TEST(Printable, KeepsLinesWhereAsked) {
  EXPECT_EQ(Printable("a\nb\r", true), "a\nb\\x0d");
}

TEST(DisplayWidth, CountsColumns) {
  EXPECT_EQ(DisplayWidth("abc"), 3u);
  EXPECT_EQ(DisplayWidth("Größe"), 5u);
  EXPECT_EQ(DisplayWidth("漢字"), 4u);
  EXPECT_EQ(DisplayWidth("e\u0301"), 1u);
  EXPECT_EQ(DisplayWidth("🙂"), 2u);
}

TEST(Shorten, CutsAtColumnsNotBytes) {
  EXPECT_EQ(Shorten("abcdef", 6), "abcdef");
  EXPECT_EQ(Shorten("abcdef", 4), "abc…");
  EXPECT_EQ(Shorten("漢字漢字", 6), "漢字…");
  EXPECT_EQ(Shorten("abc", 1), "…");
  EXPECT_EQ(Shorten("abc", 0), "");
}

TEST(Wrap, BreaksAtSpaces) {
  EXPECT_THAT(Wrap("one two three", 8), ElementsAre("one two", "three"));
  EXPECT_THAT(Wrap("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(Wrap("one two", 20), ElementsAre("one two"));
  EXPECT_THAT(Wrap("", 20), ElementsAre(""));
}

TEST(Wrap, BreaksWordsThatAreTooLong) {
  EXPECT_THAT(Wrap("abcdefgh ij", 3), ElementsAre("abc", "def", "gh", "ij"));
  EXPECT_THAT(Wrap("漢字漢", 4), ElementsAre("漢字", "漢"));
  EXPECT_THAT(Wrap("漢字", 1), ElementsAre("漢", "字"));
}

}  // namespace
}  // namespace etalon
