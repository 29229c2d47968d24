#include "server/search/unit_cube.h"

#include <algorithm>
#include <cstdint>

#include "server/search/condition.h"

namespace etalon {
namespace {

double Place(const Interval& range, double coordinate) {
  return std::clamp((coordinate - range.low) / range.width(), 0.0, 1.0);
}

Interval CategoryCell(const v1::Parameter::Categories& categories,
                      const v1::ParameterValue& value) {
  const auto found =
      std::find_if(categories.values().begin(), categories.values().end(),
                   [&value](const v1::ParameterValue& other) {
                     return SameValue(value, other);
                   });
  const double index = static_cast<double>(found - categories.values().begin());
  const double count = categories.values_size();
  return {index / count, (index + 1) / count};
}

}  // namespace

std::vector<v1::ParameterAssignment> ConfigurationAt(
    absl::Span<const v1::Parameter> box, absl::Span<const double> point) {
  std::vector<v1::ParameterAssignment> configuration;
  configuration.reserve(box.size());
  for (size_t i = 0; i < box.size(); ++i) {
    if (!IsActive(box[i], configuration)) continue;
    v1::ParameterAssignment& assignment = configuration.emplace_back();
    assignment.set_name(box[i].name());
    *assignment.mutable_value() = DrawValue(box[i], point[i]);
  }
  return configuration;
}

Interval CellOf(const v1::Parameter& parameter,
                const v1::ParameterValue& value) {
  if (ValueCount(parameter) == 1) return {0, 1};
  if (parameter.has_categories()) {
    return CategoryCell(parameter.categories(), value);
  }
  const v1::Parameter::Scale scale = ScaleOf(parameter);
  Interval range = ScaledRange(parameter);
  if (parameter.has_double_range()) {
    const double place = Place(range, ToScale(scale, value.number()));
    return {place, place};
  }
  const double integer = static_cast<double>(value.integer());
  range.high = ToScale(
      scale, static_cast<double>(parameter.integer_range().maximum()) + 1);
  return {Place(range, ToScale(scale, integer)),
          Place(range, ToScale(scale, integer + 1))};
}

Cells CellsOf(absl::Span<const v1::Parameter> box,
              absl::Span<const v1::ParameterAssignment> configuration) {
  Cells cells(box.size());
  size_t next = 0;
  for (size_t i = 0; i < box.size() && next < configuration.size(); ++i) {
    if (configuration[next].name() != box[i].name()) continue;
    cells[i] = CellOf(box[i], configuration[next].value());
    ++next;
  }
  return cells;
}

}  // namespace etalon
