#include "client/pictures/curves_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/names.h"
#include "client/output/text.h"
#include "client/pictures/script.h"
#include "client/records/parameters.h"

namespace etalon {
namespace {

struct Panel {
  const char* label;
  CurveMeasure measure;
};
constexpr std::array<Panel, 3> kPanels = {
    {{"cost", CurveMeasure::kCost},
     {"loss (nats)", CurveMeasure::kLoss},
     {"accuracy (%)", CurveMeasure::kAccuracy}}};

constexpr char kRateStyle[] = "dashtype 3 linewidth 2.2";
constexpr char kGrey[] = "#707070";
// Curves of more points than these are drawn without them.
constexpr int kMaxDots = 40;

// Pixels.
constexpr int kLeft = 100;
constexpr int kRight = 110;
constexpr int kTitleHeight = 40;
constexpr int kKeyLineHeight = 20;
constexpr int kBottom = 60;
constexpr int kGap = 22;
constexpr int kLabelMiddle = 14;
constexpr double kMinPanelHeight = 10;
constexpr int kKeySampleWidth = 80;
constexpr int kCharacterWidth = 9;
// gnuplot takes characters for wider than they are, and so makes fewer columns
// of the legend than there is room for; this share of them makes up for it.
constexpr double kSurplusWidth = 0.12;
// Losses and costs beyond this are of a training that blew up; on a linear axis
// they would flatten all others to nothing.
constexpr double kBlownUp = 100;

// One trial has a colour for each part, several have one each.
std::string ColourOf(size_t trial, size_t part, size_t trials) {
  if (trials == 1) {
    return part == kTestPart ? "#d55e00"
                             : ViridisColour(part == 0 ? 0.15 : 0.55);
  }
  // The far end of the palette is too light for lines.
  constexpr double kLightest = 0.88;
  return ViridisColour(kLightest * static_cast<double>(trial) /
                       static_cast<double>(trials - 1));
}

// "quickstart/7".
std::string ShortName(const v1::Trial& trial) {
  const std::string parent =
      trial.name().substr(0, trial.name().rfind("/trials/"));
  return absl::StrCat(LastPart(parent), "/", LastPart(trial.name()));
}

std::string Describe(const v1::Trial& trial) {
  const std::string parameters = AssignmentsToText(trial.parameters());
  return absl::StrCat(ShortName(trial), parameters.empty() ? "" : ": ",
                      parameters);
}

// `dense`: without a dot at each point.
std::string PartStyle(size_t part, bool dense) {
  if (part == kTestPart) return "points pointtype 9 pointsize 1.6";
  return absl::StrCat(dense ? "lines" : "linespoints pointtype 7 pointsize 0.6",
                      " linewidth 2 dashtype ", part == 0 ? 2 : 1);
}

std::string KeyEntry(const std::string& style, const std::string& colour,
                     const std::string& title) {
  return absl::StrCat("keyentry with ", style, " linecolor rgb '", colour,
                      "' title ", Quoted(title));
}

struct Legend {
  std::vector<std::string> entries;
  int columns = 1;
  int height = 0;
  // Characters of the longest entry.
  size_t longest = 0;
};

// Most times that one of `trials` measured `part`.
int MostMeasured(const std::vector<v1::Trial>& trials, size_t part) {
  int most = 0;
  for (const v1::Trial& trial : trials) {
    most = std::max(most, TimesMeasured(trial, part));
  }
  return most;
}

Legend MakeLegend(const std::vector<v1::Trial>& trials, const Canvas& canvas) {
  const int room = canvas.width - kLeft - kRight;
  Legend legend;
  legend.longest = sizeof("learning rate");
  if (trials.size() > 1) {
    const int longest = std::max(1, (room - kKeySampleWidth) / kCharacterWidth);
    for (size_t i = 0; i < trials.size(); ++i) {
      const std::string text =
          Shorten(Describe(trials[i]), static_cast<size_t>(longest));
      legend.longest = std::max(legend.longest, DisplayWidth(text));
      legend.entries.push_back(
          KeyEntry("lines linewidth 3", ColourOf(i, 0, trials.size()), text));
    }
  }
  for (size_t part = 0; part < CurveParts().size(); ++part) {
    const int points = MostMeasured(trials, part);
    if (points == 0) continue;
    legend.entries.push_back(
        KeyEntry(PartStyle(part, points > kMaxDots),
                 trials.size() == 1 ? ColourOf(0, part, 1) : kGrey,
                 CurveParts()[part].name));
  }
  legend.entries.push_back(
      KeyEntry(absl::StrCat("lines ", kRateStyle), kGrey, "learning rate"));
  const int entry_width =
      kKeySampleWidth + kCharacterWidth * static_cast<int>(legend.longest);
  const int count = static_cast<int>(legend.entries.size());
  legend.columns = std::clamp(room / entry_width, 1, count);
  legend.height =
      kKeyLineHeight * ((count + legend.columns - 1) / legend.columns);
  return legend;
}

// Everything that one panel draws.
std::string Curves(const std::vector<v1::Trial>& trials, CurveMeasure measure) {
  std::vector<std::string> curves;
  for (size_t i = 0; i < trials.size(); ++i) {
    for (size_t part = 0; part < CurveParts().size(); ++part) {
      const int points = TimesMeasured(trials[i], part);
      if (points == 0) continue;
      curves.push_back(absl::StrCat(
          "$trial", i, " using 1:", CurveColumn(part, measure), " with ",
          PartStyle(part, points > kMaxDots), " linecolor rgb '",
          ColourOf(i, part, trials.size()), "' notitle"));
    }
    if (measure == CurveMeasure::kCost) {
      curves.push_back(absl::StrCat(
          "$trial", i, " using 1:", kRateColumn, " axes x1y2 with lines ",
          kRateStyle, " linecolor rgb '",
          trials.size() == 1 ? kGrey : ColourOf(i, 0, trials.size()),
          "' notitle"));
    }
  }
  return absl::StrJoin(curves, ", \\\n  ");
}

std::string Title(const std::vector<v1::Trial>& trials) {
  if (trials.size() == 1) return Describe(trials[0]);
  const auto search = [](const v1::Trial& trial) {
    return trial.name().substr(0, trial.name().rfind("/trials/"));
  };
  for (const v1::Trial& trial : trials) {
    if (search(trial) != search(trials[0])) {
      return absl::StrCat(trials.size(), " trials");
    }
  }
  return absl::StrCat(LastPart(search(trials[0])), ": ", trials.size(),
                      " trials");
}

// A label along a vertical axis, at so many pixels from the left: gnuplot's own
// make way for wide tics, out of the picture.
std::string AxisLabel(const std::string& tag, const std::string& text,
                      int pixels, const Canvas& canvas) {
  return fmt::format(
      "set label {} '{}' at screen {:.5f}, graph 0.5 center rotate\n", tag,
      text, 1.0 * pixels / canvas.width);
}

// What all panels share; the title, the legend and the rate's axis are the
// first one's.
std::string Settings(const std::string& title, const Legend& legend,
                     const CurveBounds& bounds, const Canvas& canvas) {
  const double width = canvas.width;
  const double height = canvas.height;
  return absl::StrCat(
      "set multiplot\nset label 1 ", Quoted(title),
      fmt::format(" at screen 0.5, screen {:.5f} center\n",
                  1 - 0.55 * kTitleHeight / height),
      fmt::format(
          "set lmargin at screen {:.5f}\nset rmargin at screen {:.5f}\n",
          kLeft / width, 1 - kRight / width),
      "set grid linetype 1 linecolor rgb '#e0e0e0'\n"
      "set autoscale noextend\nset offsets 0, 0, graph 0.04, graph 0.04\n",
      // Ranges that rise, whatever a coordinator says.
      fmt::format("set xrange [0:{}]\nset y2range [0:{}]\n",
                  bounds.x > 0 ? Number(1.02 * bounds.x) : "1",
                  bounds.rate > 0 ? Number(1.05 * bounds.rate) : "1"),
      "set format x ''\nset ytics nomirror\nset y2tics\n",
      AxisLabel("2", "learning rate", canvas.width - kLabelMiddle, canvas),
      fmt::format("set key at screen 0.5, screen {:.5f} center top horizontal "
                  "maxcols {} width {:.0f} Left reverse noenhanced\n",
                  1 - kTitleHeight / height, legend.columns,
                  -kSurplusWidth * static_cast<double>(legend.longest)));
}

// `top`, `bottom`: pixels from the picture's upper edge.
std::string PanelSettings(const Panel& panel, double top, double bottom,
                          const CurveBounds& bounds, const Canvas& canvas) {
  const bool logarithmic = panel.measure != CurveMeasure::kAccuracy &&
                           bounds.cost > kBlownUp && bounds.lowest_cost > 0;
  return absl::StrCat(
      fmt::format(
          "set tmargin at screen {:.5f}\nset bmargin at screen {:.5f}\n",
          1 - top / canvas.height, 1 - bottom / canvas.height),
      logarithmic ? "set logscale y\nset format y '%.0e'\n"
                  : "unset logscale y\nset format y '%g'\n",
      AxisLabel("3", panel.label, kLabelMiddle, canvas));
}

}  // namespace

std::string CurvesPlot(const std::vector<v1::Trial>& trials,
                       Progression progression, const Canvas& canvas) {
  std::string plot = "set datafile missing 'NaN'\n";
  for (size_t i = 0; i < trials.size(); ++i) {
    plot += CurveBlock(trials[i], i, progression);
  }
  const Legend legend = MakeLegend(trials, canvas);
  const CurveBounds bounds = BoundsOf(trials, progression);
  plot += Settings(Title(trials), legend, bounds, canvas);
  const double first_top = kTitleHeight + legend.height + kGap;
  const double panel_height =
      std::max(kMinPanelHeight, (canvas.height - first_top - kBottom + kGap) /
                                        static_cast<double>(kPanels.size()) -
                                    kGap);
  for (size_t i = 0; i < kPanels.size(); ++i) {
    const double top =
        first_top + static_cast<double>(i) * (panel_height + kGap);
    plot += PanelSettings(kPanels[i], top, top + panel_height, bounds, canvas);
    if (i + 1 == kPanels.size()) {
      absl::StrAppend(
          &plot, "set format x '%g'\nset xlabel '",
          progression == Progression::kEpochs ? "epochs" : "updates", "'\n");
    }
    absl::StrAppend(&plot, "plot ", Curves(trials, kPanels[i].measure));
    if (i == 0) {
      absl::StrAppend(&plot, ", \\\n  ",
                      absl::StrJoin(legend.entries, ", \\\n  "),
                      "\nunset label 1\nunset label 2\nunset key\n"
                      "unset y2tics\nset ytics mirror");
    }
    plot += "\n";
  }
  return plot + "unset multiplot\n";
}

}  // namespace etalon
