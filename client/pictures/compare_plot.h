#ifndef ETALON_CLIENT_PICTURES_COMPARE_PLOT_H_
#define ETALON_CLIENT_PICTURES_COMPARE_PLOT_H_

#include <string>
#include <vector>

#include "client/analysis/best_so_far.h"
#include "client/output/terminal.h"

namespace etalon {

// Courses that a picture can tell apart.
inline constexpr size_t kMaxCourses = 12;

// gnuplot commands that draw the best accuracy so far against trials and,
// below, against seconds: a stair for each course. At least one course has a
// result.
std::string ComparePlot(const std::vector<SearchCourse>& courses);

// The same in characters, against one of them: a letter for each course, a to
// l, and lines below that say whose it is. No wider than the terminal.
std::vector<std::string> CompareLines(const std::vector<SearchCourse>& courses,
                                      Effort effort, const Terminal& terminal);

}  // namespace etalon

#endif  // ETALON_CLIENT_PICTURES_COMPARE_PLOT_H_
