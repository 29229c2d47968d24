#include "client/pictures/map_plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/pictures/script.h"

namespace etalon {
namespace {

using Scale = MapAxis::Scale;

// gnuplot's filled point types and their outlines; again from the first where
// there are more stages.
struct Shape {
  int filled;
  int outline;
};
constexpr std::array<Shape, 6> kShapes = {
    {{7, 6}, {5, 4}, {9, 8}, {13, 12}, {11, 10}, {15, 14}}};

constexpr char kBoxColour[] = "#808080";
constexpr char kDiverged[] =
    "with points pointtype 2 pointsize 1.6 linewidth 2.5 linecolor rgb "
    "'#d55e00'";
constexpr char kFailed[] =
    "with points pointtype 1 pointsize 1.6 linewidth 2.5 linecolor rgb "
    "'#606060'";
// A star on a larger one, to stand out from whatever is below it.
constexpr char kStar[] = "with points pointtype '★' font ',20' ";
constexpr char kStarBorder[] = "with points pointtype '★' font ',30' ";

Shape ShapeOf(size_t stage) { return kShapes[stage % kShapes.size()]; }

// A range of an axis, grown by what it is to hold.
class Extent {
 public:
  explicit Extent(Scale scale) : scale_(scale) {}

  void Add(double value) {
    const double at = scale_ == Scale::kLog ? std::log10(value) : value;
    low_ = std::min(low_, at);
    high_ = std::max(high_, at);
  }
  void Add(const std::optional<std::pair<double, double>>& range) {
    if (!range.has_value()) return;
    Add(range->first);
    Add(range->second);
  }

  // "[low:high]", with a margin.
  std::string Text() const {
    constexpr double kMargin = 0.05;
    double margin = kMargin * (high_ - low_);
    if (margin <= 0) {
      margin =
          scale_ == Scale::kLinear && low_ != 0 ? 0.1 * std::abs(low_) : 0.5;
    }
    return absl::StrCat("[", Number(Back(low_ - margin)), ":",
                        Number(Back(high_ + margin)), "]");
  }

 private:
  double Back(double at) const {
    return scale_ == Scale::kLog ? std::pow(10, at) : at;
  }

  const Scale scale_;
  double low_ = std::numeric_limits<double>::infinity();
  double high_ = -std::numeric_limits<double>::infinity();
};

// `letter`: x or y.
std::string AxisSettings(const std::string& letter, const MapAxis& axis,
                         const Extent& extent) {
  std::string settings = absl::StrCat(
      "set ", letter, "label ", Quoted(AxisLabel(axis)), "\nset ", letter,
      "range ", extent.Text(), "\nset format ", letter, " '%g'\n");
  if (axis.scale == Scale::kLog) {
    absl::StrAppend(&settings, "set logscale ", letter, "\n");
  }
  if (axis.scale == Scale::kCategories) {
    std::vector<std::string> tics;
    for (size_t i = 0; i < axis.categories.size(); ++i) {
      tics.push_back(absl::StrCat(QuotedTic(axis.categories[i]), " ", i));
    }
    absl::StrAppend(&settings, "set ", letter, "tics (",
                    absl::StrJoin(tics, ", "), ")\n");
  }
  return settings;
}

std::string Boxes(const SearchMap& map) {
  std::string boxes;
  for (size_t i = 0; i < map.stages.size(); ++i) {
    const MapStage& stage = map.stages[i];
    const bool flat = !map.axes.y.has_value();
    if (!stage.x.has_value() || (!flat && !stage.y.has_value())) continue;
    const std::string bottom =
        flat ? "graph 0" : absl::StrCat("first ", Number(stage.y->first));
    const std::string top =
        flat ? "graph 1" : absl::StrCat("first ", Number(stage.y->second));
    // Names go round the corners: boxes often share one.
    const bool upper = i % 2 == 0;
    const bool left = i % 4 < 2;
    absl::StrAppend(&boxes, "set object ", i + 1, " rectangle from first ",
                    Number(stage.x->first), ", ", bottom, " to first ",
                    Number(stage.x->second), ", ", top,
                    " behind fillstyle empty border linecolor rgb '",
                    kBoxColour, "' dashtype 2 linewidth 1.5\nset label ", i + 1,
                    " ", Quoted(stage.name), " at first ",
                    Number(left ? stage.x->first : stage.x->second), ", ",
                    upper ? top : bottom, left ? " left" : " right",
                    " offset character ", left ? "0.4" : "-0.4", ", ",
                    upper ? "-0.7" : "0.7", " front textcolor rgb '",
                    kBoxColour, "'\n");
  }
  return boxes;
}

using Choice = std::function<bool(const MapPoint&)>;

// A block of the points of `choice`: x, y, accuracy in percent, deviation.
std::string Block(const std::string& name, const SearchMap& map,
                  const Choice& choice) {
  // What has no accuracy stands below all others on a map over one parameter.
  std::optional<double> lowest;
  for (const MapPoint& point : map.points) {
    if (!point.accuracy.has_value()) continue;
    const double bottom = *point.accuracy - point.deviation.value_or(0);
    lowest = std::min(lowest.value_or(bottom), bottom);
  }
  std::string block = absl::StrCat("$", name, " << END\n");
  for (const MapPoint& point : map.points) {
    if (!choice(point)) continue;
    const double accuracy = 100 * point.accuracy.value_or(lowest.value_or(0));
    absl::StrAppend(&block, Number(point.x), " ",
                    Number(map.axes.y.has_value() ? point.y : accuracy), " ",
                    Number(accuracy), " ",
                    Number(100 * point.deviation.value_or(0)), "\n");
  }
  return block + "END\n";
}

// What is plotted, block by block, and the blocks themselves.
class Layers {
 public:
  explicit Layers(const SearchMap& map) : map_(map) {}

  // Whether there is any such point; `styles` may use the block's columns.
  bool Add(const std::string& name, const Choice& choice,
           const std::vector<std::string>& styles) {
    if (std::none_of(map_.points.begin(), map_.points.end(), choice)) {
      return false;
    }
    blocks_ += Block(name, map_, choice);
    for (const std::string& style : styles) {
      plots_.push_back(absl::StrCat("$", name, " ", style, " notitle"));
    }
    return true;
  }
  void AddKey(const std::string& style, const std::string& title) {
    plots_.push_back(
        absl::StrCat("keyentry ", style, " title ", Quoted(title)));
  }
  std::string Text() const {
    return absl::StrCat(blocks_, "plot ", absl::StrJoin(plots_, ", \\\n  "),
                        "\n");
  }

 private:
  const SearchMap& map_;
  std::string blocks_;
  std::vector<std::string> plots_;
};

void AddStage(const SearchMap& map, size_t stage, Layers& layers) {
  const Shape shape = ShapeOf(stage);
  const std::string fill =
      absl::StrCat("with points pointsize 2 pointtype ", shape.filled);
  const std::string outline =
      absl::StrCat("with points pointsize 2 pointtype ", shape.outline,
                   " linewidth 0.7 linecolor black");
  const bool flat = !map.axes.y.has_value();
  const std::string colour = ViridisColour(
      0.85 * static_cast<double>(stage) /
      static_cast<double>(std::max<size_t>(1, map.stages.size() - 1)));
  const std::string of_stage = absl::StrCat(" linecolor rgb '", colour, "'");
  std::vector<std::string> styles;
  if (flat) {
    styles = {absl::StrCat("using 1:2:4 with yerrorbars pointtype 0 linewidth ",
                           "1.5", of_stage),
              absl::StrCat("using 1:2 ", fill, of_stage)};
  } else {
    styles = {absl::StrCat("using 1:2:3 ", fill, " linecolor palette")};
  }
  styles.push_back("using 1:2 " + outline);
  const bool any = layers.Add(
      absl::StrCat("stage", stage),
      [stage](const MapPoint& point) {
        return point.stage == stage && point.accuracy.has_value();
      },
      styles);
  if (any) {
    layers.AddKey(flat ? fill + of_stage : outline, map.stages[stage].name);
  }
}

}  // namespace

std::string MapPlot(const SearchMap& map) {
  Extent x(map.axes.x.scale);
  Extent y(map.axes.y.has_value() ? map.axes.y->scale : Scale::kLinear);
  for (const MapPoint& point : map.points) {
    x.Add(point.x);
    if (map.axes.y.has_value()) y.Add(point.y);
  }
  for (const MapStage& stage : map.stages) {
    x.Add(stage.x);
    if (map.axes.y.has_value()) y.Add(stage.y);
  }
  std::string plot = absl::StrCat(
      "set title ", Quoted(absl::StrCat(map.search, ": validation accuracy")),
      "\nset bmargin 6\n",
      "set key at screen 0.5, screen 0.015 center bottom horizontal Left "
      "reverse samplen 1 noenhanced\nset border linecolor rgb '#404040'\n",
      AxisSettings("x", map.axes.x, x), Boxes(map));
  if (map.axes.y.has_value()) {
    absl::StrAppend(
        &plot, AxisSettings("y", *map.axes.y, y), ViridisPalette(),
        "set cblabel 'mean validation accuracy (%)' offset character 1.5\n"
        "set autoscale cbfix\n");
  } else {
    plot +=
        "set ylabel 'mean validation accuracy (%), ± one deviation of the "
        "replicates'\nset offsets 0, 0, graph 0.05, graph 0.05\n";
  }
  Layers layers(map);
  for (size_t i = 0; i < map.stages.size(); ++i) AddStage(map, i, layers);
  const auto mark = [&](const std::string& name, const Choice& choice,
                        const std::string& style) {
    if (layers.Add(name, choice, {"using 1:2 " + style})) {
      layers.AddKey(style, name);
    }
  };
  mark(
      "diverged", [](const MapPoint& point) { return point.diverged; },
      kDiverged);
  mark("failed", [](const MapPoint& point) { return point.failed; }, kFailed);
  const std::string star =
      absl::StrCat("using 1:2 ", kStar, "textcolor rgb 'white'");
  const std::string border =
      absl::StrCat("using 1:2 ", kStarBorder, "textcolor black");
  if (layers.Add("best", [](const MapPoint& point) { return point.best; },
                 {border, star})) {
    layers.AddKey(absl::StrCat(kStar, "textcolor black"), "best");
  }
  return plot + layers.Text();
}

}  // namespace etalon
