#ifndef ETALON_WORKER_TRAIN_TRIAL_PLAN_H_
#define ETALON_WORKER_TRAIN_TRIAL_PLAN_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "worker/train/data/image_shape.h"
#include "worker/train/network_spec.h"
#include "worker/train/optimizers/optimizer_spec.h"
#include "worker/train/schedule.h"

namespace etalon::train {

// When a trial is measured. Whatever the plan, the validation and the training
// part are evaluated once more after the last update.
struct EvaluationPlan {
  enum class Period {
    kEpoch,  // floor(training images / batch_size) updates
    kCycle,  // of a cyclical schedule: 2 * step_size updates, and nothing
             // in the warm-up before them
  };
  Period period = Period::kEpoch;
  // Evaluations per period, evenly spaced, the last at the period's end.
  int64_t count = 1;
  // Evaluate the training part each time too, not only at the end.
  bool training = false;
  // Evaluate the test part, once, at the end.
  bool test = false;
};

// What is done to the images of a minibatch before they are trained on, drawn
// anew for each image. Evaluations see images as they are.
struct AugmentationPlan {
  // Mirror left to right with probability one half.
  bool mirror = false;
  // Shift by -shift ... shift pixels along each axis, all equally likely; less
  // than the image's height and width.
  int64_t shift = 0;

  bool ChangesImages() const { return mirror || shift != 0; }
};

// What decides every random choice of a trial. Trials with the same
// `minibatches` see the same images in the same order, and augmented alike.
struct TrialSeeds {
  uint64_t initialization = 0;  // and of the units that drop out
  uint64_t minibatches = 0;
};

// What the factors of products are rounded to; sums, weights and all the rest
// are float32.
enum class Precision { kFloat32, kBfloat16 };

// Ends a trial that no longer gets better.
struct EarlyStoppingPlan {
  // Evaluations without a better validation accuracy, 1 or more.
  int64_t patience = 1;
};

// One trial in full, apart from its data: a fully connected network trained by
// stochastic gradients of
//   cost = mean cross-entropy + lambda * (sum of all squared weights),
// biases and normalisation unpenalised. A plain value; Validate says whether it
// can be trained.
struct TrialPlan {
  NetworkSpec network;
  OptimizerSpec optimizer;
  double lambda = 0;
  Schedule schedule;
  Precision precision = Precision::kFloat32;
  int64_t batch_size = 100;
  int64_t updates = 0;  // in all
  // Where it is suspended, after the measurement that is due then: less than
  // `updates`; 0: nowhere. Decides nothing of what comes before and after.
  int64_t until_update = 0;
  EvaluationPlan evaluation;
  // The weights of the best validation accuracy are kept, and the trial ends
  // with them, whether patience runs out or all updates are made.
  std::optional<EarlyStoppingPlan> early_stopping;
  AugmentationPlan augmentation;
  TrialSeeds seeds;
};

// The sizes of the data that a plan is to be trained on.
struct DataSizes {
  // All zero where the features are no pixels.
  ImageShape shape;
  int64_t features = 0;  // numbers per image
  int64_t classes = 0;
  int64_t train = 0;  // images per part
  int64_t validation = 0;
  int64_t test = 0;
};

// A network past this many weights is refused (1 GiB of float32).
inline constexpr int64_t kMaxWeights = int64_t{1} << 28;

// OK when `plan` can be trained on data of `sizes`. INVALID_ARGUMENT names the
// first field that is wrong, its value and what it must be; it also refuses
// data with an empty training or validation part, or an empty test part where
// the plan evaluates it.
absl::Status Validate(const TrialPlan& plan, const DataSizes& sizes);

// Updates per epoch: images past the last full batch sit an epoch out.
inline int64_t UpdatesPerEpoch(const TrialPlan& plan, int64_t train_images) {
  return train_images / plan.batch_size;
}

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_TRIAL_PLAN_H_
