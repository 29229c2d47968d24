#include "client/analysis/best_so_far.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <tuple>

namespace etalon {
namespace {

bool CountsAsEnded(const v1::Trial& trial) {
  return trial.state() == v1::Trial::SUCCEEDED ||
         trial.state() == v1::Trial::DIVERGED ||
         trial.state() == v1::Trial::STOPPED ||
         trial.state() == v1::Trial::FAILED;
}

double SecondsBetween(const google::protobuf::Timestamp& from,
                      const google::protobuf::Timestamp& to) {
  return static_cast<double>(to.seconds() - from.seconds()) +
         1e-9 * (to.nanos() - from.nanos());
}

// Names of one search differ in their numbers alone: the shorter is the lower.
auto EndKey(const v1::Trial& trial) {
  return std::make_tuple(trial.end_time().seconds(), trial.end_time().nanos(),
                         trial.name().size(), std::cref(trial.name()));
}

}  // namespace

SearchCourse CourseOf(const v1::Search& search,
                      const std::vector<v1::Trial>& trials) {
  std::vector<const v1::Trial*> ended;
  for (const v1::Trial& trial : trials) {
    if (CountsAsEnded(trial)) ended.push_back(&trial);
  }
  std::sort(ended.begin(), ended.end(),
            [](const v1::Trial* a, const v1::Trial* b) {
              return EndKey(*a) < EndKey(*b);
            });
  SearchCourse course;
  course.search = search.name();
  for (const v1::Trial* trial : ended) {
    ++course.trials;
    course.seconds = std::max(
        course.seconds, SecondsBetween(search.start_time(), trial->end_time()));
    const double accuracy = trial->result().validation().accuracy();
    if (trial->state() != v1::Trial::SUCCEEDED ||
        !trial->result().has_validation() || !std::isfinite(accuracy)) {
      continue;
    }
    if (course.improvements.empty() ||
        accuracy > course.improvements.back().accuracy) {
      course.improvements.push_back(
          {course.trials, course.seconds, accuracy, trial->name()});
    }
  }
  return course;
}

double EffortOf(const Improvement& improvement, Effort effort) {
  return effort == Effort::kTrials ? static_cast<double>(improvement.trials)
                                   : improvement.seconds;
}

double EffortOf(const SearchCourse& course, Effort effort) {
  return effort == Effort::kTrials ? static_cast<double>(course.trials)
                                   : course.seconds;
}

std::optional<double> BestAfter(const SearchCourse& course, Effort effort,
                                double amount) {
  if (amount > EffortOf(course, effort)) return std::nullopt;
  std::optional<double> best;
  for (const Improvement& improvement : course.improvements) {
    if (EffortOf(improvement, effort) > amount) break;
    best = improvement.accuracy;
  }
  return best;
}

std::vector<double> ComparedAt(const std::vector<SearchCourse>& courses,
                               Effort effort) {
  std::set<double> amounts;
  double longest = 0;
  for (const SearchCourse& course : courses) {
    const double all = EffortOf(course, effort);
    longest = std::max(longest, all);
    if (all > 0) amounts.insert(all);
  }
  for (double decade = 1; decade < longest; decade *= 10) {
    for (const double factor : {1, 2, 5}) {
      if (factor * decade < longest) amounts.insert(factor * decade);
    }
  }
  return {amounts.begin(), amounts.end()};
}

}  // namespace etalon
