#ifndef ETALON_WORKER_TRAIN_SCHEDULE_H_
#define ETALON_WORKER_TRAIN_SCHEDULE_H_

#include <cstdint>
#include <variant>

#include "absl/status/status.h"

namespace etalon::train {

// The learning rate eta as a function of the update t = 0, 1, ... Each form
// counts its own updates, from the end of the warm-up.

// The same learning rate for every update.
struct ConstantRate {
  double eta = 0.01;
};

// eta * decay^e throughout epoch e = 0, 1, ...
struct ExponentialRate {
  double eta = 0.01;
  double decay = 1.0;  // factor per epoch, in (0, 1]
};

// eta * decay^floor(t / every).
struct StepRate {
  double eta = 0.01;
  double decay = 0.1;  // in (0, 1]
  int64_t every = 1;   // updates between two steps
};

// eta * (1 - t / length): zero is where update `length` would be, so that every
// update moves; from there on it stays.
struct LinearRate {
  double eta = 0.01;
  int64_t length = 1;  // updates
};

// eta * (1 + cos(pi t / length)) / 2, and zero from update `length` on
// (I. Loshchilov and F. Hutter, "SGDR: stochastic gradient descent with warm
// restarts", ICLR 2017, equation 5 with eta_min = 0 and no restart).
struct CosineRate {
  double eta = 0.01;
  int64_t length = 1;  // updates
};

// Triangular cycles: linearly from eta_min up to the peak in `step_size`
// updates and down again in as many (L. N. Smith, "Cyclical learning rates for
// training neural networks", WACV 2017, section 3). The peak of cycle c = 0, 1,
// ... is eta_max * annealing^c, but at least eta_min.
struct CyclicalRate {
  double eta_min = 1e-5;
  double eta_max = 1e-1;
  int64_t step_size = 500;  // half a cycle, in updates
  double annealing = 1;     // factor per cycle, in (0, 1]

  int64_t CycleLength() const { return 2 * step_size; }
};

using RateForm = std::variant<ConstantRate, ExponentialRate, StepRate,
                              LinearRate, CosineRate, CyclicalRate>;

// `warmup` updates in which the rate rises in a straight line, from zero before
// the first of them to the form's first rate right after the last, and then the
// form.
struct Schedule {
  RateForm form = ConstantRate{};
  int64_t warmup = 0;
};

// INVALID_ARGUMENT naming the first field that is out of range, and its value.
absl::Status ValidateSchedule(const Schedule& schedule);

// The rate of update `update` = 0, 1, ... where an epoch holds
// `updates_per_epoch` >= 1 updates. `schedule` must be valid.
double LearningRate(const Schedule& schedule, int64_t update,
                    int64_t updates_per_epoch);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_SCHEDULE_H_
