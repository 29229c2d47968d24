#include "server/search/grid_sampler.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "common/limits.h"
#include "server/search/condition.h"
#include "server/search/space.h"
#include "server/search/stage_size.h"

namespace etalon {
namespace {

using Assignments = std::vector<v1::ParameterAssignment>;

// Values of some parameters, and how many configurations have them.
struct CountedCombination {
  Assignments assigned;
  int64_t count = 1;
};

v1::ParameterAssignment Assign(const v1::Parameter& parameter,
                               v1::ParameterValue value) {
  v1::ParameterAssignment assignment;
  assignment.set_name(parameter.name());
  *assignment.mutable_value() = std::move(value);
  return assignment;
}

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
  // Nothing below the minimum is ever named: it may be the lowest number.
  for (size_t i = 0; i < values.size(); ++i) {
    const int64_t most =
        range.maximum() - static_cast<int64_t>(values.size() - 1 - i);
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
  // Combinations of the parameters that conditions name; those of the others
  // are only counted.
  std::vector<CountedCombination> combinations(1);
  for (const v1::Parameter& parameter : box) {
    const int64_t points = GridPoints(grid, parameter);
    const bool is_named =
        std::any_of(box.begin(), box.end(), [&](const v1::Parameter& other) {
          return other.when().parameter() == parameter.name();
        });
    if (is_named &&
        SaturatingProduct(points, combinations.size()) > kMaxTrials) {
      return std::numeric_limits<int64_t>::max();
    }
    std::vector<CountedCombination> extended;
    for (CountedCombination& combination : combinations) {
      if (!IsActive(parameter, combination.assigned)) {
        extended.push_back(std::move(combination));
      } else if (!is_named) {
        combination.count = SaturatingProduct(combination.count, points);
        extended.push_back(std::move(combination));
      } else {
        for (v1::ParameterValue& value : GridValues(parameter, points)) {
          extended.push_back(combination);
          extended.back().assigned.push_back(
              Assign(parameter, std::move(value)));
        }
      }
    }
    combinations = std::move(extended);
  }
  int64_t size = 0;
  for (const CountedCombination& combination : combinations) {
    size = SaturatingSum(size, combination.count);
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

std::vector<Assignments> GridConfigurations(
    const v1::Sample::Grid& grid, absl::Span<const v1::Parameter> box) {
  std::vector<Assignments> configurations(1);
  for (const v1::Parameter& parameter : box) {
    const std::vector<v1::ParameterValue> values =
        GridValues(parameter, GridPoints(grid, parameter));
    std::vector<Assignments> extended;
    for (Assignments& configuration : configurations) {
      if (!IsActive(parameter, configuration)) {
        extended.push_back(std::move(configuration));
        continue;
      }
      for (const v1::ParameterValue& value : values) {
        extended.push_back(configuration);
        extended.back().push_back(Assign(parameter, value));
      }
    }
    configurations = std::move(extended);
  }
  return configurations;
}

}  // namespace etalon
