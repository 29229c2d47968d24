#ifndef ETALON_CLIENT_PICTURES_MAP_POINTS_H_
#define ETALON_CLIENT_PICTURES_MAP_POINTS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/pictures/map_axis.h"
#include "etalon/v1/ranking.pb.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/trial.pb.h"

namespace etalon {

// What came of one configuration.
struct ConfigurationResult {
  // Full name of its stage.
  std::string stage;
  int configuration = 0;
  Assignments parameters;
  // Validation accuracies of the replicates that succeeded.
  std::vector<double> accuracies;
  int diverged = 0;
  int failed = 0;
};

// Adds `trial` to its configuration. Trials come in order of number, which
// keeps a configuration's together. Those that have not ended, were cancelled
// or have no validation accuracy count for nothing.
void AddTrial(const v1::Trial& trial,
              std::vector<ConfigurationResult>& results);

struct MapPoint {
  double x = 0;
  // Unused where the map has no vertical parameter.
  double y = 0;
  // Index into the map's stages.
  size_t stage = 0;
  // Mean over the replicates that succeeded; none where none did.
  std::optional<double> accuracy;
  // With n - 1; none of fewer than two.
  std::optional<double> deviation;
  int replicates = 0;
  bool diverged = false;
  bool failed = false;
  bool best = false;
};

struct MapStage {
  // Id.
  std::string name;
  // Where it searched; none of a stage that takes its configurations from
  // another, or whose box does not say.
  std::optional<std::pair<double, double>> x;
  std::optional<std::pair<double, double>> y;
};

struct SearchMap {
  // Id.
  std::string search;
  MapAxes axes;
  std::vector<MapStage> stages;
  std::vector<MapPoint> points;
  // Configurations that lack a parameter of the axes.
  int left_out = 0;
};

// `best`, where there is one, is marked.
SearchMap MakeMap(const v1::Search& search, const MapAxes& axes,
                  const std::vector<ConfigurationResult>& results,
                  const std::optional<v1::RankedConfiguration>& best);

}  // namespace etalon

#endif  // ETALON_CLIENT_PICTURES_MAP_POINTS_H_
