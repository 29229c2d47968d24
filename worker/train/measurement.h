#ifndef ETALON_WORKER_TRAIN_MEASUREMENT_H_
#define ETALON_WORKER_TRAIN_MEASUREMENT_H_

#include <cstdint>
#include <optional>

namespace etalon::train {

// A network on one part of the data. Always finite.
struct Score {
  double loss = 0;      // mean cross-entropy, in nats
  double cost = 0;      // loss + lambda * (sum of all squared weights)
  double accuracy = 0;  // share of images classed right, in [0, 1]
};

// One evaluation of a trial; nothing in it depends on time or machine load.
struct Measurement {
  int64_t update = 0;        // updates made so far
  double epoch = 0;          // the same in epochs
  double learning_rate = 0;  // of the latest update
  // The update whose weights were measured, where early stopping went back to
  // earlier ones; else 0.
  int64_t weights_update = 0;
  std::optional<Score> training;
  std::optional<Score> validation;
  std::optional<Score> test;
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_MEASUREMENT_H_
