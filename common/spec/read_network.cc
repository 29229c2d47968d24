#include "common/spec/read_training.h"

namespace etalon {
namespace {

// `xavier`, `he`, a deviation, or {deviation: d}.
void ReadInitialization(const Field& field,
                        v1::Initialization& initialization) {
  if (field.node->kind == YamlNode::Kind::kMap) {
    MapReader map(field);
    map.Require("deviation");
    map.Set("deviation", initialization, &v1::Initialization::set_deviation);
    map.Finish();
  } else if (LooksLikeNumber(*field.node)) {
    if (const auto deviation = ReadNumber(field)) {
      initialization.set_deviation(*deviation);
    }
  } else if (const auto choice = ReadChoice(field, {"xavier", "he"})) {
    if (*choice == 0) {
      initialization.mutable_xavier();
    } else {
      initialization.mutable_he();
    }
  }
}

}  // namespace

void ReadNetwork(const Field& field, v1::Network& network) {
  MapReader map(field);
  if (const auto hidden = map.Find("hidden")) {
    // An empty list is a choice too: no hidden layer.
    v1::IntegerList* const layers = network.mutable_hidden();
    if (const auto items = ReadList(*hidden)) {
      for (const Field& item : *items) {
        if (const auto units = ReadInt32(item)) layers->add_values(*units);
      }
    }
  }
  map.Set("batch_norm", network, &v1::Network::set_batch_norm);
  map.Set("dropout", network, &v1::Network::set_dropout);
  if (const auto init = map.Find("init")) {
    ReadInitialization(*init, *network.mutable_initialization());
  }
  if (const auto activation = map.Find("activation")) {
    constexpr v1::Activation kValues[] = {v1::RELU, v1::LEAKY_RELU,
                                          v1::IDENTITY};
    if (const auto choice =
            ReadChoice(*activation, {"relu", "leaky_relu", "identity"})) {
      network.set_activation(kValues[*choice]);
    }
  }
  map.Finish();
}

}  // namespace etalon
