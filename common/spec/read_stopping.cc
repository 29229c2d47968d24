#include "common/spec/read_stopping.h"

namespace etalon {
namespace {

// What all rules with rungs are given.
template <typename Rule>
void ReadRungs(MapReader& map, Rule& rule) {
  map.Set("factor", rule, &Rule::set_factor);
  map.Set("minimum_epochs", rule, &Rule::set_minimum_epochs);
}

}  // namespace

void ReadStopping(const Field& field, v1::Stopping& stopping) {
  MapReader map(field);
  map.FindOne({"halving", "hyperband"}, true);
  if (const auto halving = map.Find("halving")) {
    MapReader rule(*halving);
    ReadRungs(rule, *stopping.mutable_halving());
    rule.Finish();
  }
  if (const auto hyperband = map.Find("hyperband")) {
    MapReader rule(*hyperband);
    ReadRungs(rule, *stopping.mutable_hyperband());
    rule.Finish();
  }
  map.Finish();
}

}  // namespace etalon
