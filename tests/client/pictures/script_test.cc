#include "client/pictures/script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "client/pictures/canvas.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Script, QuotesAreDoubled) {
  EXPECT_EQ(Quoted("lambda 1e-05"), "'lambda 1e-05'");
  EXPECT_EQ(Quoted("'; system 'x'; '"), "'''; system ''x''; '''");
}

TEST(Script, TextStaysOnOneLine) {
  const std::string quoted = Quoted("a\n!touch x\r\x01\xff");
  EXPECT_THAT(quoted, Not(HasSubstr("\n")));
  EXPECT_THAT(quoted, Not(HasSubstr("\r")));
  EXPECT_THAT(quoted, HasSubstr("!touch x"));
}

TEST(Script, LongTextIsShortened) {
  EXPECT_LT(Quoted(std::string(100'000, 'x')).size(), 1000u);
}

TEST(Script, TicsAreNoFormats) { EXPECT_EQ(QuotedTic("100 %s"), "'100 %%s'"); }

TEST(Script, NumbersReadBackExactly) {
  EXPECT_EQ(Number(0.1), "0.1");
  EXPECT_EQ(Number(1e-5), "1e-05");
  EXPECT_EQ(Number(std::nan("")), "NaN");
  EXPECT_EQ(Number(-std::numeric_limits<double>::infinity()), "NaN");
}

TEST(Script, ViridisRunsFromDarkToLight) {
  EXPECT_EQ(ViridisColour(0), "#440154");
  EXPECT_EQ(ViridisColour(0.5), "#21918c");
  EXPECT_EQ(ViridisColour(1), "#fde725");
  EXPECT_EQ(ViridisColour(7), "#fde725");
  EXPECT_THAT(ViridisPalette(), HasSubstr("(0 '#440154', "));
}

TEST(CanvasTest, FormatGoesByTheExtension) {
  EXPECT_EQ(PictureFormatOf("a/b.PNG").value(), PictureFormat::kPng);
  EXPECT_EQ(PictureFormatOf("x.svg").value(), PictureFormat::kSvg);
  for (const char* path : {"x.pdf", "svg", "", "x.svg.gz"}) {
    EXPECT_THAT(PictureFormatOf(path),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr(".png or .svg")));
  }
}

TEST(CanvasTest, SizesAreWidthByHeight) {
  Canvas canvas;
  ASSERT_TRUE(ParseSize("640x480", canvas).ok());
  EXPECT_EQ(canvas.width, 640);
  EXPECT_EQ(canvas.height, 480);
  for (const char* text : {"", "640", "640x", "x480", "640x480x2", "100x480",
                           "640x9000", "-640x480", "640 480"}) {
    EXPECT_THAT(
        ParseSize(text, canvas),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("1200x900")))
        << text;
  }
}

}  // namespace
}  // namespace etalon
