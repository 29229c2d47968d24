#include "client/pictures/compare_plot.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/names.h"
#include "client/pictures/script.h"

namespace etalon {
namespace {

// The far end of the palette is too light for lines.
constexpr double kLightest = 0.88;

std::string ColourOf(size_t course, size_t courses) {
  return ViridisColour(courses < 2 ? 0.15
                                   : kLightest * static_cast<double>(course) /
                                         static_cast<double>(courses - 1));
}

// Trials, seconds and percent; the last point is where the course ends.
std::string Block(size_t index, const SearchCourse& course) {
  std::string block = absl::StrCat("$course", index, " << END\n");
  const auto add = [&](double trials, double seconds, double accuracy) {
    absl::StrAppend(&block, Number(trials), " ", Number(seconds), " ",
                    Number(100 * accuracy), "\n");
  };
  for (const Improvement& one : course.improvements) {
    add(static_cast<double>(one.trials), one.seconds, one.accuracy);
  }
  add(static_cast<double>(course.trials), course.seconds,
      course.improvements.back().accuracy);
  return block + "END\n";
}

std::string Panel(const std::vector<SearchCourse>& courses, int column,
                  bool titles) {
  std::vector<std::string> plots;
  for (size_t i = 0; i < courses.size(); ++i) {
    if (courses[i].improvements.empty()) continue;
    const std::string colour =
        absl::StrCat(" linecolor rgb '", ColourOf(i, courses.size()), "'");
    plots.push_back(absl::StrCat(
        "$course", i, " using ", column, ":3 with steps linewidth 2", colour,
        titles ? absl::StrCat(" title ", Quoted(LastPart(courses[i].search)))
               : " notitle"));
    plots.push_back(absl::StrCat(
        "$course", i, " using ", column,
        ":3 every ::0::", courses[i].improvements.size() - 1,
        " with points pointtype 7 pointsize 0.6", colour, " notitle"));
  }
  return absl::StrCat("plot ", absl::StrJoin(plots, ", \\\n  "), "\n");
}

}  // namespace

std::string ComparePlot(const std::vector<SearchCourse>& courses) {
  std::string plot;
  for (size_t i = 0; i < courses.size(); ++i) {
    if (!courses[i].improvements.empty()) plot += Block(i, courses[i]);
  }
  return absl::StrCat(
      plot,
      "set multiplot layout 2,1\n"
      "set border linecolor rgb '#404040'\nset grid linecolor rgb '#d8d8d8'\n"
      "set offsets 0, 0, graph 0.05, graph 0.05\nset xrange [0:*]\n"
      "set ylabel 'best validation accuracy so far (%)'\n"
      "set key bottom right noenhanced\nset xlabel 'trials that have ended'\n",
      Panel(courses, 1, /*titles=*/true),
      "set xlabel 'seconds since the start'\n",
      Panel(courses, 2, /*titles=*/false), "unset multiplot\n");
}

}  // namespace etalon
