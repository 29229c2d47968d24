#include "common/spec/read_training.h"

namespace etalon {
namespace {

void ReadSgd(const Field& field, v1::Optimizer::Sgd& sgd) {
  MapReader map(field);
  map.Set("momentum", sgd, &v1::Optimizer::Sgd::set_momentum);
  map.Set("nesterov", sgd, &v1::Optimizer::Sgd::set_nesterov);
  map.Finish();
}

// The name says how the decay works, so that a stage's `adam` over a search's
// `adamw` is Adam again.
void ReadAdam(const Field& field, bool decoupled, v1::Optimizer::Adam& adam) {
  MapReader map(field);
  map.Set("beta1", adam, &v1::Optimizer::Adam::set_beta1);
  map.Set("beta2", adam, &v1::Optimizer::Adam::set_beta2);
  map.Set("epsilon", adam, &v1::Optimizer::Adam::set_epsilon);
  adam.set_decoupled(decoupled);
  map.Finish();
}

}  // namespace

void ReadOptimizer(const Field& field, v1::Optimizer& optimizer) {
  MapReader map(field);
  map.FindOne({"sgd", "adam", "adamw"}, true);
  if (const auto sgd = map.Find("sgd")) {
    ReadSgd(*sgd, *optimizer.mutable_sgd());
  }
  if (const auto adam = map.Find("adam")) {
    ReadAdam(*adam, false, *optimizer.mutable_adam());
  }
  if (const auto adamw = map.Find("adamw")) {
    ReadAdam(*adamw, true, *optimizer.mutable_adam());
  }
  map.Finish();
}

}  // namespace etalon
