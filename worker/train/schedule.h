#ifndef ETALON_WORKER_TRAIN_SCHEDULE_H_
#define ETALON_WORKER_TRAIN_SCHEDULE_H_

#include <cstdint>
#include <variant>

#include "absl/status/status.h"

namespace etalon::train {

// The same learning rate for every update.
struct ConstantRate {
  double eta = 0.01;
};

// eta * decay^e throughout epoch e = 0, 1, ...
struct ExponentialRate {
  double eta = 0.01;
  double decay = 1.0;  // factor per epoch, in (0, 1]
};

// Triangular cycles: linearly from eta_min up to eta_max in `step_size` updates
// and down again in as many (L. N. Smith, "Cyclical learning rates for training
// neural networks", WACV 2017, section 3).
struct CyclicalRate {
  double eta_min = 1e-5;
  double eta_max = 1e-1;
  int64_t step_size = 500;  // half a cycle, in updates

  int64_t CycleLength() const { return 2 * step_size; }
};

using Schedule = std::variant<ConstantRate, ExponentialRate, CyclicalRate>;

// INVALID_ARGUMENT naming the first field that is out of range, and its value.
absl::Status ValidateSchedule(const Schedule& schedule);

// The rate of update `update` = 0, 1, ... where an epoch holds
// `updates_per_epoch` >= 1 updates. `schedule` must be valid.
double LearningRate(const Schedule& schedule, int64_t update,
                    int64_t updates_per_epoch);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_SCHEDULE_H_
