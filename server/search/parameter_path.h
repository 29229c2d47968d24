#ifndef ETALON_SERVER_SEARCH_PARAMETER_PATH_H_
#define ETALON_SERVER_SEARCH_PARAMETER_PATH_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace etalon {

// What a parameter of the search sets in the training.
struct ParameterPath {
  // In the order in which the parameters of a configuration are set: what
  // chooses a message comes before the fields of that message.
  enum class Kind {
    kOptimizer,       // "optimizer": which algorithm
    kSchedule,        // "schedule": which form
    kHidden,          // "network.hidden": units of every hidden layer, a list
    kDepth,           // "network.depth": number of hidden layers
    kUnits,           // "network.units": the same in every hidden layer
    kHiddenLayer,     // "network.hidden[1]": units of one
    kInitialization,  // "network.init": scheme or deviation
    kField,           // a scalar field of the message
    kLearningRate,    // "eta": of whatever schedule there is
  };
  Kind kind = Kind::kField;
  // Of kField: from Training down to the scalar.
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  // Of kHiddenLayer: from 0.
  int layer = 0;
  // Of kField: the name says "adamw", which is Adam with decoupled decay.
  bool decoupled = false;
};

// What `name` stands for: a path in v1::Training, spelt as in a search file
// ("network.init", "augment.mirror") or as in training.proto.
// INVALID_ARGUMENT, without the name of a field in front: no such field, with
// the nearest names; or a field that must not differ within a stage, with the
// reason.
absl::StatusOr<ParameterPath> ResolveParameter(absl::string_view name);

// Every name that ResolveParameter knows, as a search file spells it; of the
// hidden layers the first.
const std::vector<std::string>& SearchableNames();

// Whether that parameter sets `field`, a path in training.proto such as
// "schedule.cyclical.eta_max" or "network.hidden[0]".
bool SetsField(const ParameterPath& path, absl::string_view field);

// Whether no configuration may have both, since each sets what the other does.
bool Collide(const ParameterPath& a, const ParameterPath& b);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_PARAMETER_PATH_H_
