#ifndef ETALON_CLIENT_PICTURES_MAP_PLOT_H_
#define ETALON_CLIENT_PICTURES_MAP_PLOT_H_

#include <string>

#include "client/pictures/map_points.h"

namespace etalon {

// The gnuplot commands of a map, which has a point or more. Over two
// parameters: a point for each configuration, coloured by its mean validation
// accuracy, with the stages' boxes. Over one: the accuracy against it, with a
// standard deviation of the replicates on either side. Stages differ in shape;
// configurations with a replicate that diverged or failed have a cross, and the
// best one a star.
std::string MapPlot(const SearchMap& map);

}  // namespace etalon

#endif  // ETALON_CLIENT_PICTURES_MAP_PLOT_H_
