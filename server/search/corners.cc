#include "server/search/corners.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>

#include "server/search/condition.h"
#include "server/search/grid_sampler.h"
#include "server/search/space.h"

namespace etalon {
namespace {

using Assignments = std::vector<v1::ParameterAssignment>;
using Values = google::protobuf::RepeatedPtrField<v1::ParameterValue>;

// All combinations are tried up to this number: eight parameters with two ends
// each. One takes about 20 microseconds, and a search has up to 32 stages.
constexpr int64_t kMaxCombinations = 256;

// Both ends of a numeric range.
std::vector<v1::ParameterValue> Ends(const v1::Parameter& parameter) {
  return GridValues(parameter, 2);
}

// The lowest and the highest number, or every text.
std::vector<v1::ParameterValue> Ends(const Values& categories) {
  std::vector<v1::ParameterValue> ends(categories.begin(), categories.end());
  if (ends.empty() || ends[0].has_text()) return ends;
  const auto [low, high] = std::minmax_element(
      ends.begin(), ends.end(),
      [](const auto& a, const auto& b) { return NumberOf(a) < NumberOf(b); });
  if (low == high) return {*low};
  return {*low, *high};
}

void AddOnce(const v1::ParameterValue& value,
             std::vector<v1::ParameterValue>& values) {
  if (std::none_of(values.begin(), values.end(), [&value](const auto& other) {
        return SameValue(value, other);
      })) {
    values.push_back(value);
  }
}

// `parameter` with the values to try in place of its range.
v1::Parameter Discrete(const v1::Parameter& parameter,
                       absl::Span<const v1::Parameter> parameters) {
  std::vector<v1::ParameterValue> values =
      parameter.has_categories() ? Ends(parameter.categories().values())
                                 : Ends(parameter);
  for (const v1::Parameter& other : parameters) {
    if (other.when().parameter() != parameter.name()) continue;
    if (parameter.has_categories()) {
      for (const auto& value : parameter.categories().values()) {
        if (Holds(other.when(), value)) AddOnce(value, values);
      }
    } else {
      for (const auto& value : other.when().values()) AddOnce(value, values);
    }
  }
  v1::Parameter discrete = parameter;
  discrete.mutable_categories()->mutable_values()->Assign(values.begin(),
                                                          values.end());
  return discrete;
}

// `parameters` with all but `varied` reduced to a single value: what its
// condition asks for, and the first or the last of the others.
std::vector<v1::Parameter> Reduced(absl::Span<const v1::Parameter> parameters,
                                   size_t varied, bool last) {
  std::vector<v1::Parameter> reduced(parameters.begin(), parameters.end());
  const v1::Parameter* dependent = &reduced[varied];
  for (size_t i = reduced.size(); i-- > 0;) {
    if (i == varied) continue;
    Values& values = *reduced[i].mutable_categories()->mutable_values();
    v1::ParameterValue kept = values.Get(last ? values.size() - 1 : 0);
    // A condition names an earlier parameter, so one pass finds all of a chain.
    if (dependent->when().parameter() == reduced[i].name()) {
      const auto holds = std::find_if(
          values.begin(), values.end(),
          [&](const auto& value) { return Holds(dependent->when(), value); });
      if (holds != values.end()) kept = *holds;
      dependent = &reduced[i];
    }
    values.Clear();
    *values.Add() = std::move(kept);
  }
  return reduced;
}

}  // namespace

std::vector<Assignments> Corners(absl::Span<const v1::Parameter> parameters) {
  std::vector<v1::Parameter> discrete;
  for (const v1::Parameter& parameter : parameters) {
    discrete.push_back(Discrete(parameter, parameters));
  }
  const v1::Sample::Grid all;
  if (GridSize(all, discrete) <= kMaxCombinations) {
    return GridConfigurations(all, discrete);
  }
  std::vector<Assignments> corners;
  for (size_t varied = 0; varied < discrete.size(); ++varied) {
    for (const bool last : {false, true}) {
      std::vector<Assignments> more =
          GridConfigurations(all, Reduced(discrete, varied, last));
      corners.insert(corners.end(), std::make_move_iterator(more.begin()),
                     std::make_move_iterator(more.end()));
    }
  }
  return corners;
}

}  // namespace etalon
