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

// Columns of a trial's data: 1 the horizontal axis, 2 the learning rate, then
// cost, loss and accuracy in percent of each part.
constexpr int kRateColumn = 2;
constexpr int kFirstPartColumn = 3;

struct Panel {
  const char* label;
  // Of the measures of a part.
  int offset;
};
constexpr std::array<Panel, 3> kPanels = {
    {{"cost", 0}, {"loss (nats)", 1}, {"accuracy (%)", 2}}};

struct Part {
  const char* name;
  bool (v1::Measurement::*measured)() const;
  const v1::PartMeasurement& (v1::Measurement::*values)() const;
  const char* dash;
};
const std::array<Part, 3>& Parts() {
  static const auto* const parts = new std::array<Part, 3>{
      {{"train", &v1::Measurement::has_train, &v1::Measurement::train, "2"},
       {"validation", &v1::Measurement::has_validation,
        &v1::Measurement::validation, "1"},
       {"test", &v1::Measurement::has_test, &v1::Measurement::test, "1"}}};
  return *parts;
}
constexpr size_t kTest = 2;

constexpr char kRateStyle[] = "dashtype 3 linewidth 2.2";
constexpr char kGrey[] = "#707070";
// Curves of more points than these are drawn without them.
constexpr int kMaxDots = 40;

// Pixels.
constexpr int kLeft = 90;
constexpr int kRight = 110;
constexpr int kTitleHeight = 40;
constexpr int kKeyLineHeight = 22;
constexpr int kBottom = 60;
constexpr int kGap = 22;
constexpr int kKeySampleWidth = 70;
constexpr int kCharacterWidth = 8;

int Measures(const v1::Trial& trial, const Part& part) {
  return static_cast<int>(
      std::count_if(trial.measurements().begin(), trial.measurements().end(),
                    [&](const v1::Measurement& measurement) {
                      return (measurement.*part.measured)();
                    }));
}

// Whether a trial measures `part` more than `times` times.
bool AnyMeasures(const std::vector<v1::Trial>& trials, const Part& part,
                 int times = 0) {
  return std::any_of(trials.begin(), trials.end(), [&](const v1::Trial& trial) {
    return Measures(trial, part) > times;
  });
}

// The largest value of the horizontal axis, and of the learning rate.
struct Bounds {
  double x = 0;
  double rate = 0;
};

double PositionOf(const v1::Measurement& measurement, Progression progression) {
  return progression == Progression::kEpochs
             ? measurement.epoch()
             : static_cast<double>(measurement.update());
}

Bounds BoundsOf(const std::vector<v1::Trial>& trials, Progression progression) {
  Bounds bounds;
  for (const v1::Trial& trial : trials) {
    for (const v1::Measurement& measurement : trial.measurements()) {
      bounds.x = std::max(bounds.x, PositionOf(measurement, progression));
      bounds.rate = std::max(bounds.rate, measurement.learning_rate());
    }
  }
  return bounds;
}

std::string Data(const v1::Trial& trial, size_t index,
                 Progression progression) {
  std::string block = absl::StrCat("$trial", index, " << END\n");
  for (const v1::Measurement& measurement : trial.measurements()) {
    absl::StrAppend(&block, Number(PositionOf(measurement, progression)), " ",
                    Number(measurement.learning_rate()));
    for (const Part& part : Parts()) {
      if (!(measurement.*part.measured)()) {
        absl::StrAppend(&block, " NaN NaN NaN");
        continue;
      }
      const v1::PartMeasurement& values = (measurement.*part.values)();
      absl::StrAppend(&block, " ", Number(values.cost()), " ",
                      Number(values.loss()), " ",
                      Number(values.accuracy() * 100));
    }
    block += "\n";
  }
  return block + "END\n";
}

// One trial has a colour for each part, several have one each.
std::string ColourOf(size_t trial, size_t part, size_t trials) {
  if (trials == 1) {
    return part == kTest ? "#d55e00" : ViridisColour(part == 0 ? 0.15 : 0.55);
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
  if (part == kTest) return "points pointtype 9 pointsize 1.6";
  return absl::StrCat(dense ? "lines" : "linespoints pointtype 7 pointsize 0.6",
                      " linewidth 2 dashtype ", Parts()[part].dash);
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
};

Legend MakeLegend(const std::vector<v1::Trial>& trials, const Canvas& canvas) {
  Legend legend;
  size_t longest = sizeof("learning rate");
  if (trials.size() > 1) {
    for (size_t i = 0; i < trials.size(); ++i) {
      const std::string text = Describe(trials[i]);
      longest = std::max(longest, DisplayWidth(Printable(text)));
      legend.entries.push_back(
          KeyEntry("lines linewidth 3", ColourOf(i, 0, trials.size()), text));
    }
  }
  for (size_t i = 0; i < Parts().size(); ++i) {
    const Part& part = Parts()[i];
    if (!AnyMeasures(trials, part)) continue;
    legend.entries.push_back(
        KeyEntry(PartStyle(i, AnyMeasures(trials, part, kMaxDots)),
                 trials.size() == 1 ? ColourOf(0, i, 1) : kGrey, part.name));
  }
  legend.entries.push_back(
      KeyEntry(absl::StrCat("lines ", kRateStyle), kGrey, "learning rate"));
  const int entry_width =
      kKeySampleWidth + kCharacterWidth * static_cast<int>(longest);
  const int count = static_cast<int>(legend.entries.size());
  legend.columns = std::clamp((canvas.width - kLeft) / entry_width, 1, count);
  legend.height =
      kKeyLineHeight * ((count + legend.columns - 1) / legend.columns);
  return legend;
}

// Everything that one panel draws.
std::string Curves(const std::vector<v1::Trial>& trials, const Panel& panel) {
  std::vector<std::string> curves;
  for (size_t i = 0; i < trials.size(); ++i) {
    for (size_t p = 0; p < Parts().size(); ++p) {
      const Part& part = Parts()[p];
      const int points = Measures(trials[i], part);
      if (points == 0) continue;
      curves.push_back(absl::StrCat(
          "$trial", i, " using 1:",
          kFirstPartColumn + 3 * static_cast<int>(p) + panel.offset, " with ",
          PartStyle(p, points > kMaxDots), " linecolor rgb '",
          ColourOf(i, p, trials.size()), "' notitle"));
    }
    if (panel.offset == 0) {
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

}  // namespace

std::string CurvesPlot(const std::vector<v1::Trial>& trials,
                       Progression progression, const Canvas& canvas) {
  std::string plot = "set datafile missing 'NaN'\n";
  for (size_t i = 0; i < trials.size(); ++i) {
    plot += Data(trials[i], i, progression);
  }
  const Legend legend = MakeLegend(trials, canvas);
  const Bounds bounds = BoundsOf(trials, progression);
  const double width = canvas.width;
  const double height = canvas.height;
  const int top = kTitleHeight + legend.height + kGap;
  const double panel_height =
      (height - top - kBottom - 2 * kGap) / static_cast<double>(kPanels.size());
  absl::StrAppend(
      &plot, "set multiplot\nset label 1 ", Quoted(Title(trials)),
      fmt::format(" at screen 0.5, screen {:.5f} center\n",
                  1 - 0.55 * kTitleHeight / height),
      fmt::format(
          "set lmargin at screen {:.5f}\nset rmargin at screen {:.5f}\n",
          kLeft / width, 1 - kRight / width),
      "set grid linetype 1 linecolor rgb '#e0e0e0'\n"
      "set autoscale noextend\nset offsets 0, 0, graph 0.04, graph 0.04\n",
      // A range that rises, whatever a coordinator says.
      fmt::format("set xrange [0:{}]\nset y2range [0:{}]\n",
                  bounds.x > 0 ? Number(1.02 * bounds.x) : "1",
                  bounds.rate > 0 ? Number(1.05 * bounds.rate) : "1"),
      "set format x ''\nset ytics nomirror\nset y2tics\n"
      "set y2label 'learning rate'\n",
      fmt::format("set key at screen 0.5, screen {:.5f} center top horizontal "
                  "maxcols {} Left reverse noenhanced\n",
                  1 - kTitleHeight / height, legend.columns));
  for (size_t i = 0; i < kPanels.size(); ++i) {
    const double panel_top =
        top + static_cast<double>(i) * (panel_height + kGap);
    absl::StrAppend(
        &plot,
        fmt::format(
            "set tmargin at screen {:.5f}\nset bmargin at screen {:.5f}\n",
            1 - panel_top / height, 1 - (panel_top + panel_height) / height),
        "set ylabel '", kPanels[i].label, "'\n");
    if (i + 1 == kPanels.size()) {
      absl::StrAppend(
          &plot, "set format x '%g'\nset xlabel '",
          progression == Progression::kEpochs ? "epochs" : "updates", "'\n");
    }
    absl::StrAppend(&plot, "plot ", Curves(trials, kPanels[i]));
    if (i == 0) {
      absl::StrAppend(&plot, ", \\\n  ",
                      absl::StrJoin(legend.entries, ", \\\n  "),
                      "\nunset label 1\nunset key\nunset y2tics\n"
                      "unset y2label\nset ytics mirror");
    }
    plot += "\n";
  }
  return plot + "unset multiplot\n";
}

}  // namespace etalon
