#include "server/search/grid_sampler.h"

#include <algorithm>
#include <utility>

#include "server/search/space.h"
#include "server/search/stage_size.h"

namespace etalon {
namespace {

int64_t PointsAskedFor(const v1::Sample::Grid& grid,
                       const v1::Parameter& parameter) {
  for (const v1::Sample::Grid::Points& points : grid.points()) {
    if (points.parameter() == parameter.name()) return points.count();
  }
  return grid.points_per_parameter();
}

// Makes rising integers differ: each at least one more than the one before, and
// the last ones as far below the maximum as there are others after them.
void MakeDistinct(const v1::Parameter::IntegerRange& range,
                  std::vector<v1::ParameterValue>& values) {
  for (size_t i = 1; i < values.size(); ++i) {
    values[i].set_integer(
        std::max(values[i].integer(), values[i - 1].integer() + 1));
  }
  int64_t most = range.maximum();
  for (size_t i = values.size(); i-- > 0; --most) {
    values[i].set_integer(std::min(values[i].integer(), most));
  }
}

}  // namespace

int64_t GridPoints(const v1::Sample::Grid& grid,
                   const v1::Parameter& parameter) {
  if (parameter.has_categories()) return parameter.categories().values_size();
  return std::clamp<int64_t>(PointsAskedFor(grid, parameter), 0,
                             ValueCount(parameter));
}

int64_t GridSize(const v1::Sample::Grid& grid,
                 absl::Span<const v1::Parameter> box) {
  int64_t size = 1;
  for (const v1::Parameter& parameter : box) {
    size = SaturatingProduct(size, GridPoints(grid, parameter));
  }
  return size;
}

std::vector<v1::ParameterValue> GridValues(const v1::Parameter& parameter,
                                           int64_t count) {
  if (parameter.has_categories()) {
    return {parameter.categories().values().begin(),
            parameter.categories().values().end()};
  }
  count = std::min(count, ValueCount(parameter));
  if (count == 1) return {ValueAt(parameter, 0.5)};
  std::vector<v1::ParameterValue> values;
  values.reserve(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) {
    values.push_back(ValueAt(
        parameter, static_cast<double>(i) / static_cast<double>(count - 1)));
  }
  if (parameter.has_integer_range()) {
    MakeDistinct(parameter.integer_range(), values);
  }
  // A range of so few neighbouring doubles that points fall together.
  values.erase(std::unique(values.begin(), values.end(), SameValue),
               values.end());
  return values;
}

std::vector<std::vector<v1::ParameterAssignment>> GridConfigurations(
    const v1::Sample::Grid& grid, absl::Span<const v1::Parameter> box) {
  std::vector<std::vector<v1::ParameterAssignment>> configurations(1);
  for (const v1::Parameter& parameter : box) {
    std::vector<v1::ParameterAssignment> assignments;
    for (v1::ParameterValue& value :
         GridValues(parameter, GridPoints(grid, parameter))) {
      v1::ParameterAssignment& assignment = assignments.emplace_back();
      assignment.set_name(parameter.name());
      *assignment.mutable_value() = std::move(value);
    }
    std::vector<std::vector<v1::ParameterAssignment>> extended;
    extended.reserve(configurations.size() * assignments.size());
    for (const std::vector<v1::ParameterAssignment>& configuration :
         configurations) {
      for (const v1::ParameterAssignment& assignment : assignments) {
        extended.push_back(configuration);
        extended.back().push_back(assignment);
      }
    }
    configurations = std::move(extended);
  }
  return configurations;
}

}  // namespace etalon
