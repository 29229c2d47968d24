#include "worker/decode_network.h"

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

absl::Status Missing(absl::string_view field) {
  return absl::InvalidArgumentError(
      absl::StrCat("training.", field, " is not set"));
}

absl::StatusOr<train::Activation> DecodeActivation(v1::Activation activation) {
  switch (activation) {
    case v1::ACTIVATION_UNSPECIFIED:
    case v1::RELU:
      return train::Activation::kRelu;
    case v1::LEAKY_RELU:
      return train::Activation::kLeakyRelu;
    case v1::IDENTITY:
      return train::Activation::kIdentity;
    default:  // of a newer coordinator
      return absl::UnimplementedError(absl::StrCat(
          "training.network.activation is ", static_cast<int>(activation),
          ", which this worker does not know"));
  }
}

train::WeightInit DecodeInitialization(const v1::Initialization& init) {
  switch (init.scheme_case()) {
    case v1::Initialization::kHe:
      return train::HeInit{};
    case v1::Initialization::kDeviation:
      return train::NormalInit{init.deviation()};
    case v1::Initialization::kXavier:
    case v1::Initialization::SCHEME_NOT_SET:
      break;
  }
  return train::XavierInit{};
}

}  // namespace

absl::StatusOr<train::NetworkSpec> DecodeNetwork(const v1::Network& network) {
  if (!network.has_hidden()) return Missing("network.hidden");
  train::NetworkSpec spec;
  spec.hidden.assign(network.hidden().values().begin(),
                     network.hidden().values().end());
  spec.batch_norm = network.batch_norm();
  ETALON_ASSIGN_OR_RETURN(spec.activation,
                          DecodeActivation(network.activation()));
  spec.dropout = network.dropout();
  spec.init = DecodeInitialization(network.initialization());
  return spec;
}

absl::StatusOr<train::OptimizerSpec> DecodeOptimizer(
    const v1::Optimizer& optimizer) {
  if (!optimizer.has_adam()) {
    return train::SgdSpec{.momentum = optimizer.sgd().momentum(),
                          .nesterov = optimizer.sgd().nesterov()};
  }
  const v1::Optimizer::Adam& adam = optimizer.adam();
  if (!adam.has_beta1()) return Missing("optimizer.adam.beta1");
  if (!adam.has_beta2()) return Missing("optimizer.adam.beta2");
  if (!adam.has_epsilon()) return Missing("optimizer.adam.epsilon");
  return train::AdamSpec{.beta1 = adam.beta1(),
                         .beta2 = adam.beta2(),
                         .epsilon = adam.epsilon(),
                         .decoupled = adam.decoupled()};
}

}  // namespace etalon
