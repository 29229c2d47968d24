#ifndef ETALON_WORKER_TRAIN_GRADIENTS_AUTOMATIC_GRADIENT_H_
#define ETALON_WORKER_TRAIN_GRADIENTS_AUTOMATIC_GRADIENT_H_

#include <cstddef>
#include <vector>

#include "worker/train/gradients/reference_cost.h"

namespace etalon::train {

// The arrays of `layers` from the input on: of each its weight and bias, and
// gamma and beta where it has them.
template <typename Scalar>
std::vector<std::vector<Scalar>*> ReferenceArrays(
    std::vector<ReferenceLayer<Scalar>>& layers) {
  std::vector<std::vector<Scalar>*> arrays;
  for (ReferenceLayer<Scalar>& layer : layers) {
    arrays.insert(arrays.end(), {&layer.weight, &layer.bias});
    if (layer.gamma.empty()) continue;
    arrays.insert(arrays.end(), {&layer.gamma, &layer.beta});
  }
  return arrays;
}

// One number of a network: `index` of array `array` in ReferenceArrays' order.
struct GradientEntry {
  size_t array = 0;
  size_t index = 0;
};

// The derivatives of ReferenceCost with respect to `entries`, by automatic
// differentiation in forward mode (Eigen's AutoDiff module): exact but for
// rounding. One evaluation of the cost in plain loops for every few entries.
std::vector<double> AutomaticGradient(
    const std::vector<ReferenceLayer<double>>& layers, Activation activation,
    double lambda, const ReferenceBatch& batch,
    const std::vector<GradientEntry>& entries);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_GRADIENTS_AUTOMATIC_GRADIENT_H_
