#ifndef ETALON_WORKER_TRAIN_OPTIMIZERS_MOMENTUM_H_
#define ETALON_WORKER_TRAIN_OPTIMIZERS_MOMENTUM_H_

#include <cstdint>
#include <vector>

#include "worker/train/kernels/kernels.h"
#include "worker/train/optimizers/moments.h"
#include "worker/train/optimizers/optimizer.h"
#include "worker/train/optimizers/optimizer_spec.h"
#include "worker/train/parameter.h"

namespace etalon::train {

// Gradient descent with momentum in PyTorch's form: with g the gradient of the
// cost, v <- momentum v + g, W <- W - eta v; Nesterov's (I. Sutskever et al.,
// "On the importance of initialization and momentum in deep learning", 2013)
// W <- W - eta (g + momentum v).
template <typename Scalar>
class Momentum : public Optimizer<Scalar> {
 public:
  // Borrows `kernels` and what `parameters` point to.
  Momentum(const SgdSpec& spec, const Kernels<Scalar>& kernels,
           std::vector<Parameter<Scalar>> parameters);

  void Step(int64_t update, double eta, double lambda) override;
  // Of each parameter ".momentum": v.
  std::vector<NamedArray<Scalar>> State() override;

 private:
  const SgdSpec spec_;
  const Kernels<Scalar>& kernels_;
  const std::vector<Parameter<Scalar>> parameters_;
  Moments<Scalar> velocities_;
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_OPTIMIZERS_MOMENTUM_H_
