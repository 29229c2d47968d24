#include "client/pictures/canvas.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace etalon {
namespace {

// Below, there is no room for axes; above, gnuplot asks for gigabytes.
constexpr int kMinSide = 200;
constexpr int kMaxSide = 8000;

bool ParseSide(absl::string_view text, int& side) {
  return absl::SimpleAtoi(text, &side) && side >= kMinSide && side <= kMaxSide;
}

}  // namespace

absl::StatusOr<PictureFormat> PictureFormatOf(absl::string_view path) {
  if (absl::EndsWithIgnoreCase(path, ".png")) return PictureFormat::kPng;
  if (absl::EndsWithIgnoreCase(path, ".svg")) return PictureFormat::kSvg;
  return absl::InvalidArgumentError(
      absl::StrCat("'", path, "' must end in .png or .svg"));
}

absl::Status ParseSize(absl::string_view text, Canvas& canvas) {
  const std::vector<absl::string_view> sides = absl::StrSplit(text, 'x');
  if (sides.size() != 2 || !ParseSide(sides[0], canvas.width) ||
      !ParseSide(sides[1], canvas.height)) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", text, "' is no size such as 1200x900, with sides of ",
                     kMinSide, " to ", kMaxSide, " pixels"));
  }
  return absl::OkStatus();
}

}  // namespace etalon
