#include "client/pictures/map_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "absl/strings/str_cat.h"
#include "client/output/numbers.h"
#include "client/output/text.h"

namespace etalon {
namespace {

using Scale = MapAxis::Scale;

// Columns of a terminal.
constexpr size_t kCellWidth = 8;
constexpr size_t kLabelWidth = 10;
constexpr size_t kMaxBins = 12;

// The 256-colour palette's nearest to viridis, dark to light.
constexpr std::array<int, 9> kColours = {53, 54, 60, 24, 30, 36, 71, 149, 220};
// From here on, black is easier to read on them than white.
constexpr size_t kFirstLight = 5;

// An axis in bins.
class Bins {
 public:
  // One bin for each value where they are `limit` or fewer, else `limit` of
  // equal widths on the axis's scale.
  Bins(const MapAxis& axis, const std::set<double>& values, size_t limit)
      : axis_(axis), values_(values.begin(), values.end()) {
    if (values_.size() <= limit) return;
    const double low = Forth(values_.front());
    const double step =
        (Forth(values_.back()) - low) / static_cast<double>(limit);
    values_.clear();
    for (size_t i = 0; i < limit; ++i) {
      values_.push_back(Back(low + (static_cast<double>(i) + 0.5) * step));
    }
  }

  size_t size() const { return values_.size(); }

  // The bin whose middle is nearest.
  size_t Of(double value) const {
    size_t nearest = 0;
    for (size_t i = 1; i < values_.size(); ++i) {
      if (Distance(i, value) < Distance(nearest, value)) nearest = i;
    }
    return nearest;
  }

  // Its middle, in no more than `width` columns.
  std::string Label(size_t bin, size_t width) const {
    if (axis_.scale == Scale::kCategories) {
      return Shorten(
          Printable(axis_.categories[static_cast<size_t>(values_[bin])]),
          width);
    }
    return fmt::format("{:.2g}", values_[bin]);
  }

 private:
  double Forth(double value) const {
    return axis_.scale == Scale::kLog ? std::log(value) : value;
  }
  double Back(double value) const {
    return axis_.scale == Scale::kLog ? std::exp(value) : value;
  }
  double Distance(size_t bin, double value) const {
    return std::abs(Forth(values_[bin]) - Forth(value));
  }

  const MapAxis& axis_;
  // Middles, rising.
  std::vector<double> values_;
};

struct CellContent {
  bool any = false;
  bool best = false;
  // Best of the cell.
  std::optional<double> accuracy;
};

// Right-aligned.
std::string Padded(const std::string& text, size_t width) {
  const size_t taken = DisplayWidth(text);
  return std::string(width > taken ? width - taken : 0, ' ') + text;
}

std::string Coloured(const Terminal& terminal, double share,
                     const std::string& text) {
  if (!terminal.colour) return text;
  const size_t index = std::min(static_cast<size_t>(share * kColours.size()),
                                kColours.size() - 1);
  return fmt::format("\x1b[48;5;{};38;5;{}m{}\x1b[0m", kColours[index],
                     index < kFirstLight ? 231 : 16, text);
}

std::string CellText(const CellContent& cell) {
  if (!cell.any) return "";
  if (!cell.accuracy.has_value()) return "x ";
  return fmt::format("{:.2f}{}", *cell.accuracy * 100, cell.best ? "*" : " ");
}

}  // namespace

std::vector<std::string> MapLines(const SearchMap& map,
                                  const Terminal& terminal) {
  std::set<double> x_values;
  std::set<double> y_values;
  double low = 1;
  double high = 0;
  for (const MapPoint& point : map.points) {
    x_values.insert(point.x);
    y_values.insert(point.y);
    if (!point.accuracy.has_value()) continue;
    low = std::min(low, *point.accuracy);
    high = std::max(high, *point.accuracy);
  }
  const size_t room = terminal.width > kLabelWidth + kCellWidth
                          ? (terminal.width - kLabelWidth) / kCellWidth
                          : 1;
  const Bins columns(map.axes.x, x_values, std::min(room, kMaxBins));
  const Bins rows(*map.axes.y, y_values, kMaxBins);
  std::vector<std::vector<CellContent>> cells(
      rows.size(), std::vector<CellContent>(columns.size()));
  for (const MapPoint& point : map.points) {
    CellContent& cell = cells[rows.Of(point.y)][columns.Of(point.x)];
    cell.any = true;
    cell.best = cell.best || point.best;
    cell.accuracy = std::max(cell.accuracy, point.accuracy);
  }
  std::vector<std::string> lines = {
      Shorten(Printable(absl::StrCat(map.axes.y->parameter)), terminal.width)};
  for (size_t r = rows.size(); r-- > 0;) {
    std::string line = Padded(rows.Label(r, kLabelWidth - 1), kLabelWidth - 1);
    line += ' ';
    for (const CellContent& cell : cells[r]) {
      const std::string text = Padded(CellText(cell), kCellWidth);
      line +=
          cell.accuracy.has_value()
              ? Coloured(terminal,
                         high > low ? (*cell.accuracy - low) / (high - low) : 1,
                         text)
              : text;
    }
    lines.push_back(line);
  }
  std::string footer(kLabelWidth, ' ');
  for (size_t c = 0; c < columns.size(); ++c) {
    footer += Padded(columns.Label(c, kCellWidth - 1), kCellWidth - 1) + " ";
  }
  lines.push_back(footer);
  lines.push_back(
      Shorten(std::string(kLabelWidth, ' ') + Printable(map.axes.x.parameter),
              terminal.width));
  return lines;
}

std::vector<Column> MapColumns(const SearchMap& map) {
  return {{"stage", Display::kText, 3},
          {map.axes.x.parameter, Display::kSignificant, 0},
          {"validation_accuracy", Display::kPercent, 1},
          {"deviation", Display::kPercent, 4},
          {"n", Display::kNumber, 5},
          {"mark", Display::kText, 2}};
}

std::vector<Row> MapRows(const SearchMap& map) {
  std::vector<MapPoint> points = map.points;
  std::stable_sort(
      points.begin(), points.end(),
      [](const MapPoint& a, const MapPoint& b) { return a.x < b.x; });
  std::vector<Row> rows;
  for (const MapPoint& point : points) {
    const bool category = map.axes.x.scale == Scale::kCategories;
    rows.push_back(
        {map.search,
         {map.stages[point.stage].name,
          category ? Cell(map.axes.x.categories[static_cast<size_t>(point.x)])
                   : Cell(point.x),
          point.accuracy.has_value() ? Cell(*point.accuracy) : Cell(),
          point.deviation.has_value() ? Cell(*point.deviation) : Cell(),
          int64_t{point.replicates},
          std::string(point.best       ? "best"
                      : point.diverged ? "diverged"
                      : point.failed   ? "failed"
                                       : "")}});
  }
  return rows;
}

}  // namespace etalon
