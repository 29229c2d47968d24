#include "worker/train/optimizers/optimizer.h"

#include <utility>
#include <variant>

#include "worker/train/optimizers/adam.h"
#include "worker/train/optimizers/momentum.h"

namespace etalon::train {

template <typename Scalar>
std::unique_ptr<Optimizer<Scalar>> MakeOptimizer(
    const OptimizerSpec& spec, const Kernels<Scalar>& kernels,
    std::vector<Parameter<Scalar>> parameters) {
  if (const auto* adam = std::get_if<AdamSpec>(&spec)) {
    return std::make_unique<Adam<Scalar>>(*adam, kernels,
                                          std::move(parameters));
  }
  const auto& sgd = std::get<SgdSpec>(spec);
  if (sgd.momentum == 0) return nullptr;
  return std::make_unique<Momentum<Scalar>>(sgd, kernels,
                                            std::move(parameters));
}

template std::unique_ptr<Optimizer<float>> MakeOptimizer(
    const OptimizerSpec&, const Kernels<float>&, std::vector<Parameter<float>>);
template std::unique_ptr<Optimizer<double>> MakeOptimizer(
    const OptimizerSpec&, const Kernels<double>&,
    std::vector<Parameter<double>>);

}  // namespace etalon::train
