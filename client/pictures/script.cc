#include "client/pictures/script.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/output/numbers.h"
#include "client/output/text.h"

namespace etalon {
namespace {

// A line of a legend or title; gnuplot cuts strings at a kilobyte, wherever
// that is.
constexpr size_t kMaxTextWidth = 160;

// Evenly spaced along matplotlib's viridis.
struct Rgb {
  int red;
  int green;
  int blue;
};
constexpr std::array<Rgb, 9> kViridis = {{{68, 1, 84},
                                          {71, 45, 123},
                                          {59, 82, 139},
                                          {44, 114, 142},
                                          {33, 145, 140},
                                          {40, 174, 128},
                                          {94, 201, 98},
                                          {173, 220, 48},
                                          {253, 231, 37}}};

std::string Hex(const Rgb& colour) {
  return fmt::format("#{:02x}{:02x}{:02x}", colour.red, colour.green,
                     colour.blue);
}

}  // namespace

std::string Quoted(absl::string_view text) {
  // Between single quotes, gnuplot reads nothing but a doubled quote: no
  // backslashes, macros or backquotes. A line feed would end the string, and
  // Printable leaves none.
  return absl::StrCat(
      "'",
      absl::StrReplaceAll(Shorten(Printable(text), kMaxTextWidth),
                          {{"'", "''"}}),
      "'");
}

std::string QuotedTic(absl::string_view text) {
  return absl::StrReplaceAll(Quoted(text), {{"%", "%%"}});
}

std::string Number(double value) {
  return std::isfinite(value) ? FormatExact(value) : "NaN";
}

std::string ViridisPalette() {
  std::string palette = "set palette defined (";
  for (size_t i = 0; i < kViridis.size(); ++i) {
    absl::StrAppend(&palette, i == 0 ? "" : ", ", i, " '", Hex(kViridis[i]),
                    "'");
  }
  return palette + ")\n";
}

std::string ViridisColour(double share) {
  const double position =
      std::clamp(share, 0.0, 1.0) * static_cast<double>(kViridis.size() - 1);
  const size_t below =
      std::min(static_cast<size_t>(position), kViridis.size() - 2);
  const double rest = position - static_cast<double>(below);
  const auto mix = [rest](int from, int to) {
    return static_cast<int>(std::lround(from + rest * (to - from)));
  };
  const Rgb& from = kViridis[below];
  const Rgb& to = kViridis[below + 1];
  return Hex({mix(from.red, to.red), mix(from.green, to.green),
              mix(from.blue, to.blue)});
}

}  // namespace etalon
