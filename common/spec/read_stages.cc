#include "common/spec/read_stages.h"

#include "common/spec/read_parameters.h"
#include "common/spec/read_training.h"

namespace etalon {
namespace {

// A number of points for every parameter, or a map from parameter to number, in
// which `points_per_parameter` stands for those not named.
void ReadGrid(const Field& field, v1::Sample::Grid& grid) {
  if (field.node->kind != YamlNode::Kind::kMap) {
    if (const auto count = ReadInt32(field)) {
      grid.set_points_per_parameter(*count);
    }
    return;
  }
  MapReader map(field);
  map.Set("points_per_parameter", grid,
          &v1::Sample::Grid::set_points_per_parameter);
  for (const YamlNode::Entry& entry : field.node->entries) {
    if (entry.key == "points_per_parameter") continue;
    const Field count{&entry.value, field.path + "." + entry.key,
                      field.problems};
    v1::Sample::Grid::Points& points = *grid.add_points();
    points.set_parameter(entry.key);
    if (const auto number = ReadInt32(count)) points.set_count(*number);
  }
}

void ReadSample(const Field& field, v1::Sample& sample) {
  MapReader map(field);
  map.FindOne({"random", "grid"}, true);
  if (const auto random = map.Find("random")) {
    v1::Sample::Random& draws = *sample.mutable_random();
    if (const auto count = ReadInt32(*random)) draws.set_count(*count);
  }
  if (const auto grid = map.Find("grid")) {
    ReadGrid(*grid, *sample.mutable_grid());
  }
  map.Finish();
}

// `from` and `top`, which refine and take have in common.
template <typename Message>
void ReadBestOf(MapReader& map, Message& message) {
  if (const auto from = map.Require("from")) {
    if (const auto stage = ReadText(*from)) message.set_from(*stage);
  }
  map.Require("top");
  map.Set("top", message, &Message::set_top);
}

void ReadStage(const Field& field, v1::StageSpec& stage) {
  MapReader map(field);
  if (const auto name = map.Require("name")) {
    if (const auto text = ReadText(*name)) stage.set_name(*text);
  }
  map.FindOne({"sample", "take"}, true);
  if (const auto sample = map.Find("sample")) {
    ReadSample(*sample, *stage.mutable_sample());
  }
  if (const auto take = map.Find("take")) {
    MapReader take_map(*take);
    ReadBestOf(take_map, *stage.mutable_take());
    take_map.Finish();
  }
  if (const auto refine = map.Find("refine")) {
    MapReader refine_map(*refine);
    ReadBestOf(refine_map, *stage.mutable_refine());
    refine_map.Set("extend", *stage.mutable_refine(), &v1::Refine::set_extend);
    refine_map.Finish();
  }
  if (const auto training = map.Find("training")) {
    ReadTraining(*training, *stage.mutable_training());
  }
  if (const auto parameters = map.Find("parameters")) {
    ReadParameters(*parameters, *stage.mutable_parameters());
  }
  map.Set("replicates", stage, &v1::StageSpec::set_replicates);
  map.Set("evaluate_test", stage, &v1::StageSpec::set_evaluate_test);
  map.Finish();
}

}  // namespace

void ReadStages(const Field& field,
                google::protobuf::RepeatedPtrField<v1::StageSpec>& stages) {
  const auto items = ReadList(field);
  if (!items.has_value()) return;
  if (items->empty()) field.Fail("must have at least one stage");
  for (const Field& item : *items) ReadStage(item, *stages.Add());
}

}  // namespace etalon
