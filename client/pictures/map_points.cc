#include "client/pictures/map_points.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "client/names.h"

namespace etalon {
namespace {

double Mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) /
         static_cast<double>(values.size());
}

double Deviation(const std::vector<double>& values, double mean) {
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

bool Takes(const v1::SearchSpec& spec, const std::string& stage) {
  return std::any_of(spec.stages().begin(), spec.stages().end(),
                     [&](const v1::StageSpec& one) {
                       return one.name() == stage && one.has_take();
                     });
}

std::vector<MapStage> StagesOf(const v1::Search& search, const MapAxes& axes) {
  std::vector<MapStage> stages;
  for (const v1::Stage& stage : search.stages()) {
    MapStage& added = stages.emplace_back();
    added.name = LastPart(stage.name());
    if (Takes(search.spec(), added.name)) continue;
    added.x = RangeOn(axes.x, stage.box());
    if (axes.y.has_value()) added.y = RangeOn(*axes.y, stage.box());
  }
  return stages;
}

}  // namespace

void AddTrial(const v1::Trial& trial,
              std::vector<ConfigurationResult>& results) {
  if (results.empty() || results.back().stage != trial.stage() ||
      results.back().configuration != trial.configuration()) {
    results.push_back(
        {trial.stage(), trial.configuration(), trial.parameters(), {}, 0, 0});
  }
  ConfigurationResult& result = results.back();
  if (trial.state() == v1::Trial::DIVERGED) ++result.diverged;
  if (trial.state() == v1::Trial::FAILED) ++result.failed;
  if (trial.state() == v1::Trial::SUCCEEDED &&
      trial.result().has_validation()) {
    result.accuracies.push_back(trial.result().validation().accuracy());
  }
}

SearchMap MakeMap(const v1::Search& search, const MapAxes& axes,
                  const std::vector<ConfigurationResult>& results,
                  const std::optional<v1::RankedConfiguration>& best) {
  SearchMap map{LastPart(search.name()), axes, StagesOf(search, axes), {}, 0};
  for (const ConfigurationResult& result : results) {
    const std::optional<double> x = PositionOn(axes.x, result.parameters);
    const std::optional<double> y =
        axes.y.has_value() ? PositionOn(*axes.y, result.parameters) : 0.0;
    const auto stage = std::find_if(map.stages.begin(), map.stages.end(),
                                    [&](const MapStage& one) {
                                      return one.name == LastPart(result.stage);
                                    });
    if (!x.has_value() || !y.has_value() || stage == map.stages.end()) {
      ++map.left_out;
      continue;
    }
    MapPoint point;
    point.x = *x;
    point.y = *y;
    point.stage = static_cast<size_t>(stage - map.stages.begin());
    point.replicates = static_cast<int>(result.accuracies.size());
    if (point.replicates > 0) point.accuracy = Mean(result.accuracies);
    if (point.replicates > 1) {
      point.deviation = Deviation(result.accuracies, *point.accuracy);
    }
    point.diverged = result.diverged > 0;
    point.failed = result.failed > 0;
    point.best = best.has_value() && best->stage() == result.stage &&
                 best->configuration() == result.configuration;
    // A configuration that nothing has come of yet is no point.
    if (point.accuracy.has_value() || point.diverged || point.failed) {
      map.points.push_back(point);
    }
  }
  return map;
}

}  // namespace etalon
