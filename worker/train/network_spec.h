#ifndef ETALON_WORKER_TRAIN_NETWORK_SPEC_H_
#define ETALON_WORKER_TRAIN_NETWORK_SPEC_H_

#include <cstdint>
#include <variant>
#include <vector>

namespace etalon::train {

// How weights start: independent normal draws of mean 0 and the deviation
// given; biases start at zero. `inputs` are those of the layer.
struct XavierInit {};  // deviation 1 / sqrt(inputs)
struct HeInit {};      // deviation sqrt(2 / inputs)
struct NormalInit {
  double deviation = 0.01;
};
using WeightInit = std::variant<XavierInit, HeInit, NormalInit>;

// What hidden units do with their sum x.
enum class Activation {
  kRelu,       // max(0, x)
  kLeakyRelu,  // max(0.01 x, x)
  kIdentity,   // x
};

// A network apart from its inputs and classes. A hidden layer is, in this
// order, affine, batch normalisation where asked for, activation and dropout;
// the last layer is affine.
struct NetworkSpec {
  std::vector<int64_t> hidden = {};  // units per hidden layer; empty: none
  bool batch_norm = false;
  Activation activation = Activation::kRelu;
  double dropout = 0;  // share of hidden units dropped in training, [0, 1)
  WeightInit init = XavierInit{};
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_NETWORK_SPEC_H_
