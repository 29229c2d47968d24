#ifndef ETALON_CLIENT_PROGRESS_FORECAST_H_
#define ETALON_CLIENT_PROGRESS_FORECAST_H_

#include <cstdint>
#include <limits>
#include <vector>

#include "absl/time/time.h"

namespace etalon {

// Seconds that a trial takes of a thread of speed 1.
struct TrialCost {
  double mean = 0;
  // Between trials.
  double deviation = 0;
  // Standard error of the mean, as a share of it: how well it is known.
  double relative_error = 0;
};

// A trial that is at work.
struct RunningTrial {
  // For how long it has been.
  double elapsed_seconds = 0;
  // Trials that share its thread, 1 or more.
  double width = 1;
  // Of its thread.
  double speed = 1;
};

// What is left of a stage.
struct StageWork {
  TrialCost cost;
  std::vector<RunningTrial> running;
  // Not begun.
  int64_t waiting = 0;
  // After which none is begun any more.
  double seconds_left = std::numeric_limits<double>::infinity();
};

// When work will be done: half of all courses that it may take end before
// `expected`, 95 % between `low` and `high`.
struct Forecast {
  absl::Duration expected;
  absl::Duration low;
  absl::Duration high;
};

// How long `stages` take, one after the other, on threads of these speeds, at
// least one and all above 0. Threads take trials as they become free.
//
// By simulation, 200 courses of it: a trial's seconds are drawn from a
// lognormal distribution (positive, and skewed as durations are) of the stage's
// mean and deviation, those of a running one beyond what it has taken already;
// the means are off by their errors all in one direction, as estimates from the
// same past are. Pure: the same input gives the same forecast.
Forecast ForecastWork(const std::vector<StageWork>& stages,
                      const std::vector<double>& speeds);

// Of observed seconds of trials. A single one has no deviation, nor are a few
// known well: what is known of so few is added.
TrialCost CostOf(const std::vector<double>& seconds);

// Errors as a share of the mean that no count of trials brings down: the
// machine's mood between runs, ...
inline constexpr double kLeastError = 0.05;
// ... and what is not known where only one trial is.
inline constexpr double kUnknownSpread = 0.25;

}  // namespace etalon

#endif  // ETALON_CLIENT_PROGRESS_FORECAST_H_
