#ifndef ETALON_WORKER_TRAIN_OPTIMIZERS_MEMBER_STEP_H_
#define ETALON_WORKER_TRAIN_OPTIMIZERS_MEMBER_STEP_H_

#include <cstdint>

#include "worker/train/optimizers/optimizer_spec.h"

namespace etalon::train {

// The numbers of one update of one trial, named as in ColumnSteps; those that
// its rule does not read are zero. `decay` and `penalty` are for weights: what
// is not penalised has neither.
struct MemberStep {
  double eta = 0;
  double decay = 0;
  double penalty = 0;
  double momentum = 0;
  double ahead = 0;
  double along = 0;
  double first_rate = 0;
  double second_rate = 0;
  double second_scale = 0;
  double epsilon = 0;
};

// Update `update` = 1, 2, ... of the cost mean loss + `lambda` * (sum of
// squared weights) at learning rate `eta`.
//
// Gradient descent, with momentum in PyTorch's form: g the gradient of the
// cost, v <- momentum v + g, W <- W - eta v; Nesterov's (I. Sutskever et al.,
// "On the importance of initialization and momentum in deep learning", 2013) W
// <- W - eta (g + momentum v).
//
// Adam (D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization",
// 2015, algorithm 1), with the L2 term in the gradient or, decoupled, apart
// from it: W <- W - eta 2 lambda W (I. Loshchilov, F. Hutter, "Decoupled weight
// decay regularization", 2019, algorithm 2).
MemberStep MakeStep(const OptimizerSpec& spec, int64_t update, double eta,
                    double lambda);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_OPTIMIZERS_MEMBER_STEP_H_
