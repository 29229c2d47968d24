#ifndef ETALON_CLIENT_ANALYSIS_BEST_SO_FAR_H_
#define ETALON_CLIENT_ANALYSIS_BEST_SO_FAR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "etalon/v1/search.pb.h"
#include "etalon/v1/trial.pb.h"

namespace etalon {

// A trial that was better than all that had ended before it.
struct Improvement {
  // Trials that had ended by then, this one among them.
  int64_t trials = 0;
  // From the start of the search, by the coordinator's clock.
  double seconds = 0;
  // Of the validation images.
  double accuracy = 0;
  // "searches/{search}/trials/{number}".
  std::string trial;
};

// How a search got better.
struct SearchCourse {
  std::string search;  // full name
  // In time; accuracies rise.
  std::vector<Improvement> improvements;
  // All that have ended, and when the last did.
  int64_t trials = 0;
  double seconds = 0;
};

// Of trials of `search`, in any order; those that have not ended do not count,
// those that diverged or failed do, as nothing better. Trials end in the order
// of their end times, those at the same time in the order of their numbers.
// Cancelled trials were not trained to an end and do not count.
SearchCourse CourseOf(const v1::Search& search,
                      const std::vector<v1::Trial>& trials);

// What a course is told by.
enum class Effort { kTrials, kSeconds };

double EffortOf(const Improvement& improvement, Effort effort);
// All that the course has.
double EffortOf(const SearchCourse& course, Effort effort);

// The best when `amount` of the effort was spent; nothing where there was none
// yet, or the course is over before.
std::optional<double> BestAfter(const SearchCourse& course, Effort effort,
                                double amount);

// Amounts at which a table compares the courses: 1, 2, 5, 10, 20, ... up to the
// longest, and the ends of all.
std::vector<double> ComparedAt(const std::vector<SearchCourse>& courses,
                               Effort effort);

}  // namespace etalon

#endif  // ETALON_CLIENT_ANALYSIS_BEST_SO_FAR_H_
