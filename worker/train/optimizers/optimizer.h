#ifndef ETALON_WORKER_TRAIN_OPTIMIZERS_OPTIMIZER_H_
#define ETALON_WORKER_TRAIN_OPTIMIZERS_OPTIMIZER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "worker/train/kernels/kernels.h"
#include "worker/train/optimizers/optimizer_spec.h"
#include "worker/train/parameter.h"

namespace etalon::train {

// Changes parameters by their gradients, and owns what it remembers of those
// before. Not thread-safe.
template <typename Scalar>
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  // Makes update `update` = 1, 2, ... of the cost mean loss + `lambda` * (sum
  // of all squares of the penalised parameters). Its part of the gradient, 2
  // lambda W, is not among the gradients of the parameters.
  virtual void Step(int64_t update, double eta, double lambda) = 0;

  // What it remembers, by the parameter's name and its own: all that, beside
  // the parameters, a later update depends on.
  virtual std::vector<NamedArray<Scalar>> State() = 0;
};

// The optimiser of `spec` for `parameters`, which it borrows as it does
// `kernels`. Null for gradient descent without momentum, which remembers
// nothing: Network::Descend does without stored gradients.
template <typename Scalar>
std::unique_ptr<Optimizer<Scalar>> MakeOptimizer(
    const OptimizerSpec& spec, const Kernels<Scalar>& kernels,
    std::vector<Parameter<Scalar>> parameters);

extern template std::unique_ptr<Optimizer<float>> MakeOptimizer(
    const OptimizerSpec&, const Kernels<float>&, std::vector<Parameter<float>>);
extern template std::unique_ptr<Optimizer<double>> MakeOptimizer(
    const OptimizerSpec&, const Kernels<double>&,
    std::vector<Parameter<double>>);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_OPTIMIZERS_OPTIMIZER_H_
