#include "client/pictures/map_axis.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "common/suggest.h"

namespace etalon {
namespace {

using Parameters = google::protobuf::RepeatedPtrField<v1::Parameter>;

std::string ToText(const v1::ParameterValue& value) {
  Assignments one;
  *one.Add()->mutable_value() = value;
  return ToText(FindParameter(one, ""), Display::kSignificant);
}

const v1::Parameter* Find(const Parameters& parameters,
                          const std::string& name) {
  const auto found = std::find_if(
      parameters.begin(), parameters.end(),
      [&](const v1::Parameter& one) { return one.name() == name; });
  return found == parameters.end() ? nullptr : &*found;
}

template <typename Range>
MapAxis::Scale ScaleOf(const Range& range) {
  return range.scale() == v1::Parameter::LOG ? MapAxis::Scale::kLog
                                             : MapAxis::Scale::kLinear;
}

void AddCategories(const v1::Parameter& parameter, MapAxis& axis) {
  for (const v1::ParameterValue& value : parameter.categories().values()) {
    std::string text = ToText(value);
    if (std::find(axis.categories.begin(), axis.categories.end(), text) ==
        axis.categories.end()) {
      axis.categories.push_back(std::move(text));
    }
  }
}

MapAxis AxisOf(const v1::SearchSpec& spec, const v1::Parameter& parameter) {
  MapAxis axis;
  axis.parameter = parameter.name();
  if (parameter.has_double_range()) {
    axis.scale = ScaleOf(parameter.double_range());
  } else if (parameter.has_integer_range()) {
    axis.scale = ScaleOf(parameter.integer_range());
  } else {
    axis.scale = MapAxis::Scale::kCategories;
    AddCategories(parameter, axis);
    // A stage may have others of its own.
    for (const v1::StageSpec& stage : spec.stages()) {
      const v1::Parameter* const own =
          Find(stage.parameters(), parameter.name());
      if (own != nullptr) AddCategories(*own, axis);
    }
  }
  return axis;
}

absl::StatusOr<MapAxis> FindAxis(const v1::Search& search,
                                 const std::string& name) {
  const v1::Parameter* const parameter = Find(search.spec().parameters(), name);
  if (parameter != nullptr) return AxisOf(search.spec(), *parameter);
  std::vector<std::string> names;
  for (const v1::Parameter& one : search.spec().parameters()) {
    names.push_back(one.name());
  }
  return absl::NotFoundError(absl::StrCat(search.name(),
                                          " searches no parameter '", name,
                                          "'; ", Suggest(name, names)));
}

}  // namespace

absl::StatusOr<MapAxes> ChooseAxes(const v1::Search& search,
                                   const std::string& x, const std::string& y) {
  const Parameters& parameters = search.spec().parameters();
  std::string chosen_x = x;
  std::string chosen_y = y;
  if (x.empty() && !y.empty()) {
    return absl::InvalidArgumentError("--y needs --x");
  }
  if (x.empty()) {
    if (parameters.empty()) {
      return absl::FailedPreconditionError(
          absl::StrCat(search.name(), " has no parameters"));
    }
    chosen_x = parameters[0].name();
    if (parameters.size() > 1) chosen_y = parameters[1].name();
    if (Find(parameters, "lambda") != nullptr &&
        Find(parameters, "eta") != nullptr) {
      chosen_x = "lambda";
      chosen_y = "eta";
    }
  }
  if (chosen_x == chosen_y) {
    return absl::InvalidArgumentError("--x and --y are the same parameter");
  }
  MapAxes axes;
  const absl::StatusOr<MapAxis> horizontal = FindAxis(search, chosen_x);
  if (!horizontal.ok()) return horizontal.status();
  axes.x = *horizontal;
  if (!chosen_y.empty()) {
    const absl::StatusOr<MapAxis> vertical = FindAxis(search, chosen_y);
    if (!vertical.ok()) return vertical.status();
    axes.y = *vertical;
  }
  return axes;
}

std::optional<double> PositionOn(const MapAxis& axis,
                                 const Assignments& parameters) {
  const Cell value = FindParameter(parameters, axis.parameter);
  if (axis.scale == MapAxis::Scale::kCategories) {
    const auto found = std::find(axis.categories.begin(), axis.categories.end(),
                                 ToText(value, Display::kSignificant));
    if (found == axis.categories.end()) return std::nullopt;
    return static_cast<double>(found - axis.categories.begin());
  }
  if (const auto* const number = std::get_if<double>(&value)) return *number;
  if (const auto* const integer = std::get_if<int64_t>(&value)) {
    return static_cast<double>(*integer);
  }
  return std::nullopt;
}

std::optional<std::pair<double, double>> RangeOn(const MapAxis& axis,
                                                 const Parameters& box) {
  const v1::Parameter* const parameter = Find(box, axis.parameter);
  if (parameter == nullptr) return std::nullopt;
  if (parameter->has_double_range()) {
    return std::pair(parameter->double_range().minimum(),
                     parameter->double_range().maximum());
  }
  if (parameter->has_integer_range()) {
    return std::pair(static_cast<double>(parameter->integer_range().minimum()),
                     static_cast<double>(parameter->integer_range().maximum()));
  }
  // Categories lie in no order that a box could narrow.
  return std::pair(-0.5, static_cast<double>(axis.categories.size()) - 0.5);
}

std::string AxisLabel(const MapAxis& axis) {
  static const auto* const labels = new std::map<std::string, std::string>{
      {"lambda", "λ, L2 factor"},
      {"eta", "η, learning rate"},
      {"batch_size", "batch_size (images)"},
      {"epochs", "length (epochs)"},
      {"updates", "length (updates)"},
      {"network.dropout", "network.dropout (share of units)"},
      {"augmentation.shift", "augmentation.shift (pixels)"},
  };
  const auto found = labels->find(axis.parameter);
  return found == labels->end() ? axis.parameter : found->second;
}

}  // namespace etalon
