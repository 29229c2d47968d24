#include "worker/train/gradients/automatic_gradient.h"

#include <Eigen/Core>
#include <algorithm>
#include <unsupported/Eigen/AutoDiff>

namespace etalon::train {
namespace {

// Directions differentiated at once: few enough for a number and its
// derivatives to stay in registers.
constexpr int kDirections = 8;

using Directions = Eigen::Matrix<double, kDirections, 1>;
using Differentiable = Eigen::AutoDiffScalar<Directions>;

std::vector<Differentiable> Constants(const std::vector<double>& values) {
  return {values.begin(), values.end()};
}

std::vector<ReferenceLayer<Differentiable>> Constants(
    const std::vector<ReferenceLayer<double>>& layers) {
  std::vector<ReferenceLayer<Differentiable>> constants;
  for (const ReferenceLayer<double>& layer : layers) {
    constants.push_back({layer.inputs, layer.outputs, Constants(layer.weight),
                         Constants(layer.bias), Constants(layer.gamma),
                         Constants(layer.beta)});
  }
  return constants;
}

}  // namespace

std::vector<double> AutomaticGradient(
    const std::vector<ReferenceLayer<double>>& layers, Activation activation,
    double lambda, const ReferenceBatch& batch,
    const std::vector<GradientEntry>& entries) {
  std::vector<ReferenceLayer<Differentiable>> variables = Constants(layers);
  const std::vector<std::vector<Differentiable>*> arrays =
      ReferenceArrays(variables);
  std::vector<double> gradient;
  for (size_t first = 0; first < entries.size(); first += kDirections) {
    const size_t last = std::min(first + kDirections, entries.size());
    const auto variable = [&](size_t i) -> Differentiable& {
      return (*arrays[entries[i].array])[entries[i].index];
    };
    for (size_t i = first; i < last; ++i) {
      variable(i).derivatives() = Directions::Unit(i - first);
    }
    const Differentiable cost =
        ReferenceCost(variables, activation, lambda, batch);
    for (size_t i = first; i < last; ++i) {
      gradient.push_back(cost.derivatives()[i - first]);
      variable(i).derivatives().setZero();
    }
  }
  return gradient;
}

}  // namespace etalon::train
