#ifndef ETALON_WORKER_TRAIN_OPTIMIZERS_OPTIMIZER_SPEC_H_
#define ETALON_WORKER_TRAIN_OPTIMIZERS_OPTIMIZER_SPEC_H_

#include <variant>

namespace etalon::train {

// Stochastic gradient descent, with momentum where that is more than 0.
struct SgdSpec {
  double momentum = 0;  // [0, 1)
  bool nesterov = false;
};

struct AdamSpec {
  double beta1 = 0.9;      // [0, 1)
  double beta2 = 0.999;    // [0, 1)
  double epsilon = 1e-8;   // more than 0
  bool decoupled = false;  // AdamW
};

using OptimizerSpec = std::variant<SgdSpec, AdamSpec>;

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_OPTIMIZERS_OPTIMIZER_SPEC_H_
