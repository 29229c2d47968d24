#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "client/names.h"
#include "client/output/numbers.h"
#include "client/output/text.h"
#include "client/pictures/compare_plot.h"

namespace etalon {
namespace {

constexpr size_t kRows = 12;
constexpr size_t kMaxColumns = 72;
// "100.00 |".
constexpr size_t kLabel = 8;

struct Extent {
  double low = 1;
  double high = 0;
  double longest = 0;
};

Extent ExtentOf(const std::vector<SearchCourse>& courses, Effort effort) {
  Extent extent;
  for (const SearchCourse& course : courses) {
    if (course.improvements.empty()) continue;
    extent.low = std::min(extent.low, course.improvements.front().accuracy);
    extent.high = std::max(extent.high, course.improvements.back().accuracy);
    extent.longest = std::max(extent.longest, EffortOf(course, effort));
  }
  return extent;
}

}  // namespace

std::vector<std::string> CompareLines(const std::vector<SearchCourse>& courses,
                                      Effort effort, const Terminal& terminal) {
  const Extent extent = ExtentOf(courses, effort);
  const size_t columns = std::clamp<size_t>(
      terminal.width > kLabel ? terminal.width - kLabel : 1, 1, kMaxColumns);
  std::vector<std::string> cells(kRows, std::string(columns, ' '));
  for (size_t i = 0; i < courses.size(); ++i) {
    for (size_t column = 0; column < columns; ++column) {
      const auto amount = extent.longest * static_cast<double>(column + 1) /
                          static_cast<double>(columns);
      const std::optional<double> best = BestAfter(courses[i], effort, amount);
      if (!best.has_value()) continue;
      const double share =
          extent.high > extent.low
              ? (*best - extent.low) / (extent.high - extent.low)
              : 1;
      const auto row = static_cast<size_t>(
          std::lround((1 - share) * static_cast<double>(kRows - 1)));
      // Where courses meet, neither may hide the other.
      char& cell = cells[row][column];
      cell = cell == ' ' ? static_cast<char>('a' + i) : '*';
    }
  }
  std::vector<std::string> lines;
  for (size_t row = 0; row < kRows; ++row) {
    std::string label(kLabel - 1, ' ');
    if (row == 0) label = fmt::format("{:6.2f} ", 100 * extent.high);
    if (row == kRows - 1) label = fmt::format("{:6.2f} ", 100 * extent.low);
    lines.push_back(absl::StrCat(label, "|", cells[row]));
  }
  lines.push_back(std::string(kLabel - 1, ' ') + "+" +
                  std::string(columns, '-'));
  const std::string end =
      effort == Effort::kTrials
          ? absl::StrCat(static_cast<int64_t>(extent.longest), " trials")
          : FormatElapsed(absl::Seconds(extent.longest));
  const size_t width = kLabel + columns;
  lines.push_back(
      std::string(width > end.size() ? width - end.size() : 0, ' ') + end);
  for (size_t i = 0; i < courses.size(); ++i) {
    lines.push_back(absl::StrCat(std::string(1, static_cast<char>('a' + i)),
                                 "  ", Printable(LastPart(courses[i].search))));
  }
  for (std::string& line : lines) line = Shorten(line, terminal.width);
  return lines;
}

}  // namespace etalon
