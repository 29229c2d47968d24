#ifndef ETALON_CLIENT_PICTURES_MAP_AXIS_H_
#define ETALON_CLIENT_PICTURES_MAP_AXIS_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "client/records/parameters.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// An axis of a map: one of the search's parameters.
struct MapAxis {
  enum class Scale { kLinear, kLog, kCategories };

  std::string parameter;
  Scale scale = Scale::kLinear;
  // For people, in the order of the search file; a category's position is its
  // index.
  std::vector<std::string> categories;
};

struct MapAxes {
  MapAxis x;
  // None: the vertical axis is the accuracy.
  std::optional<MapAxis> y;
};

// The axes by these parameters' names. Where both are empty: lambda and eta
// where both are searched, else the first two parameters, or the only one.
// With `x` alone, the vertical axis is the accuracy.
// NOT_FOUND: the search has no such parameter. FAILED_PRECONDITION: it has none
// at all. INVALID_ARGUMENT: both are the same, or `y` stands alone.
absl::StatusOr<MapAxes> ChooseAxes(const v1::Search& search,
                                   const std::string& x, const std::string& y);

// Where a configuration lies; none where it has no such parameter.
std::optional<double> PositionOn(const MapAxis& axis,
                                 const Assignments& parameters);

// From where to where a stage searched; none where its box does not say.
std::optional<std::pair<double, double>> RangeOn(
    const MapAxis& axis,
    const google::protobuf::RepeatedPtrField<v1::Parameter>& box);

// "η, learning rate"; a parameter's own name where there is no better.
std::string AxisLabel(const MapAxis& axis);

}  // namespace etalon

#endif  // ETALON_CLIENT_PICTURES_MAP_AXIS_H_
