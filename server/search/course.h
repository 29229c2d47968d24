#ifndef ETALON_SERVER_SEARCH_COURSE_H_
#define ETALON_SERVER_SEARCH_COURSE_H_

#include <cstdint>
#include <optional>
#include <vector>

namespace etalon {

// How well a trial that has ended did on its way: what rules that end trials
// before their full length compare another with.
struct Course {
  enum class End {
    kWhole,    // trained to its own end
    kStopped,  // ended by its stage's rule
    kUseless,  // diverged or failed: as bad as the worst
  };
  struct Point {
    int64_t update = 0;
    double epoch = 0;
    // On the validation images, the best so far.
    double accuracy = 0;
  };

  End end = End::kWhole;
  std::vector<Point> points;  // by update
  // The updates of its rungs, where the stage's rule has some.
  std::vector<int64_t> rungs;
};

// Adds a measurement behind those that are there.
void AddPoint(int64_t update, double epoch, double accuracy, Course& course);

// The best accuracy that it had by then; none before the first.
std::optional<double> BestByUpdate(const Course& course, int64_t update);
std::optional<double> BestByEpoch(const Course& course, double epoch);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_COURSE_H_
