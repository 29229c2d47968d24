#include "common/spec/read_stopping.h"

namespace etalon {
namespace {

// What all rules with rungs are given.
template <typename Rule>
void ReadRungs(MapReader& map, Rule& rule) {
  map.Set("factor", rule, &Rule::set_factor);
  map.Set("minimum_epochs", rule, &Rule::set_minimum_epochs);
}

// What rules are given that compare trials with earlier ones.
template <typename Rule>
void ReadSight(MapReader& map, Rule& rule) {
  map.Set("look_ahead", rule, &Rule::set_look_ahead);
  map.Set("deterministic", rule, &Rule::set_deterministic);
}

void ReadMedian(const Field& field, v1::Stopping::Median& median) {
  MapReader map(field);
  map.Set("startup", median, &v1::Stopping::Median::set_startup);
  map.Set("warmup_epochs", median, &v1::Stopping::Median::set_warmup_epochs);
  ReadSight(map, median);
  map.Finish();
}

}  // namespace

void ReadStopping(const Field& field, v1::Stopping& stopping) {
  MapReader map(field);
  map.FindOne({"median", "halving", "asynchronous_halving", "hyperband"}, true);
  if (const auto median = map.Find("median")) {
    ReadMedian(*median, *stopping.mutable_median());
  }
  if (const auto halving = map.Find("asynchronous_halving")) {
    MapReader rule(*halving);
    ReadRungs(rule, *stopping.mutable_asynchronous_halving());
    ReadSight(rule, *stopping.mutable_asynchronous_halving());
    rule.Finish();
  }
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
