#include "server/search/course.h"

#include <algorithm>

namespace etalon {
namespace {

template <typename T>
std::optional<double> BestBy(const Course& course, T Course::Point::* when,
                             T then) {
  const auto after = std::upper_bound(
      course.points.begin(), course.points.end(), then,
      [when](T value, const Course::Point& p) { return value < p.*when; });
  if (after == course.points.begin()) return std::nullopt;
  return (after - 1)->accuracy;
}

}  // namespace

void AddPoint(int64_t update, double epoch, double accuracy, Course& course) {
  if (!course.points.empty()) {
    accuracy = std::max(accuracy, course.points.back().accuracy);
  }
  course.points.push_back({update, epoch, accuracy});
}

std::optional<double> BestByUpdate(const Course& course, int64_t update) {
  return BestBy(course, &Course::Point::update, update);
}

std::optional<double> BestByEpoch(const Course& course, double epoch) {
  return BestBy(course, &Course::Point::epoch, epoch);
}

}  // namespace etalon
