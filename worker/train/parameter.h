#ifndef ETALON_WORKER_TRAIN_PARAMETER_H_
#define ETALON_WORKER_TRAIN_PARAMETER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "worker/train/kernels/kernels.h"

namespace etalon::train {

// An array of a network or an optimiser by its name; borrowed, and valid as
// long as its owner.
template <typename Scalar>
struct NamedArray {
  std::string name;  // e.g. "layers.0.weight"
  std::vector<int64_t> shape;
  Scalar* values = nullptr;  // row-major
  Index count = 0;           // the product of `shape`
};

// What a network learns, and the gradient of the mean loss with respect to it
// as Network::Differentiate left it.
template <typename Scalar>
struct Parameter : NamedArray<Scalar> {
  Scalar* gradient = nullptr;  // `count` numbers
  // Whether the cost has lambda times its sum of squares: weights alone.
  bool penalized = false;
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_PARAMETER_H_
