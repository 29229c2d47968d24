#ifndef ETALON_WORKER_TRAIN_OPTIMIZERS_ADAM_H_
#define ETALON_WORKER_TRAIN_OPTIMIZERS_ADAM_H_

#include <cstdint>
#include <vector>

#include "worker/train/kernels/kernels.h"
#include "worker/train/optimizers/moments.h"
#include "worker/train/optimizers/optimizer.h"
#include "worker/train/optimizers/optimizer_spec.h"
#include "worker/train/parameter.h"

namespace etalon::train {

// Adam (D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization",
// 2015, algorithm 1), with the L2 term in the gradient or, decoupled, apart
// from it: W <- W - eta 2 lambda W (I. Loshchilov, F. Hutter, "Decoupled weight
// decay regularization", 2019, algorithm 2). A second moment that overflows
// makes its parameter NaN: divergence must show.
template <typename Scalar>
class Adam : public Optimizer<Scalar> {
 public:
  // Borrows `kernels` and what `parameters` point to.
  Adam(const AdamSpec& spec, const Kernels<Scalar>& kernels,
       std::vector<Parameter<Scalar>> parameters);

  void Step(int64_t update, double eta, double lambda) override;
  // Of each parameter ".first_moment", then of each ".second_moment".
  std::vector<NamedArray<Scalar>> State() override;

 private:
  const AdamSpec spec_;
  const Kernels<Scalar>& kernels_;
  const std::vector<Parameter<Scalar>> parameters_;
  Moments<Scalar> first_;
  Moments<Scalar> second_;
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_OPTIMIZERS_ADAM_H_
