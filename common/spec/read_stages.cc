#include "common/spec/read_stages.h"

#include "common/spec/read_budget.h"
#include "common/spec/read_parameters.h"
#include "common/spec/read_replicates.h"
#include "common/spec/read_stopping.h"
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

// A number of configurations, or a map with `count` and what else `read_rest`
// reads.
template <typename Message, typename ReadRest>
void ReadCounted(const Field& field, Message& message, ReadRest read_rest) {
  if (field.node->kind != YamlNode::Kind::kMap) {
    if (const auto count = ReadInt32(field)) message.set_count(*count);
    return;
  }
  MapReader map(field);
  map.Require("count");
  map.Set("count", message, &Message::set_count);
  read_rest(map);
  map.Finish();
}

void ReadModelBased(const Field& field, v1::Sample::ModelBased& model) {
  ReadCounted(field, model, [&model](MapReader& map) {
    map.Set("startup", model, &v1::Sample::ModelBased::set_startup);
    map.Set("look_ahead", model, &v1::Sample::ModelBased::set_look_ahead);
    map.Set("deterministic", model, &v1::Sample::ModelBased::set_deterministic);
  });
}

void ReadCmaEs(const Field& field, v1::Sample::CmaEs& cma_es) {
  ReadCounted(field, cma_es, [&cma_es](MapReader& map) {
    map.Set("population", cma_es, &v1::Sample::CmaEs::set_population);
  });
}

void ReadSample(const Field& field, v1::Sample& sample) {
  const auto nothing = [](MapReader&) {};
  MapReader map(field);
  map.FindOne({"random", "grid", "sobol", "latin_hypercube", "tpe",
               "gaussian_process", "cma_es"},
              true);
  if (const auto random = map.Find("random")) {
    v1::Sample::Random& draws = *sample.mutable_random();
    if (const auto count = ReadInt32(*random)) draws.set_count(*count);
  }
  if (const auto grid = map.Find("grid")) {
    ReadGrid(*grid, *sample.mutable_grid());
  }
  if (const auto sobol = map.Find("sobol")) {
    ReadCounted(*sobol, *sample.mutable_sobol(), nothing);
  }
  if (const auto hypercube = map.Find("latin_hypercube")) {
    ReadCounted(*hypercube, *sample.mutable_latin_hypercube(), nothing);
  }
  if (const auto tpe = map.Find("tpe")) {
    ReadModelBased(*tpe, *sample.mutable_tpe());
  }
  if (const auto process = map.Find("gaussian_process")) {
    ReadModelBased(*process, *sample.mutable_gaussian_process());
  }
  if (const auto cma_es = map.Find("cma_es")) {
    ReadCmaEs(*cma_es, *sample.mutable_cma_es());
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
  if (const auto zoom = map.Find("zoom")) {
    MapReader zoom_map(*zoom);
    for (const char* key : {"rounds", "top"}) zoom_map.Require(key);
    zoom_map.Set("rounds", *stage.mutable_zoom(), &v1::Zoom::set_rounds);
    zoom_map.Set("top", *stage.mutable_zoom(), &v1::Zoom::set_top);
    zoom_map.Set("extend", *stage.mutable_zoom(), &v1::Zoom::set_extend);
    zoom_map.Finish();
  }
  if (const auto stopping = map.Find("stopping")) {
    ReadStopping(*stopping, *stage.mutable_stopping());
  }
  if (const auto training = map.Find("training")) {
    ReadTraining(*training, *stage.mutable_training());
  }
  if (const auto parameters = map.Find("parameters")) {
    ReadParameters(*parameters, *stage.mutable_parameters());
  }
  ReadReplicates(map, stage);
  if (const auto budget = map.Find("budget")) {
    ReadBudget(*budget, *stage.mutable_budget());
  }
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
