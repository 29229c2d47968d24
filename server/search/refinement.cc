#include "server/search/refinement.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "common/limits.h"
#include "server/search/space.h"

namespace etalon {
namespace {

v1::Parameter RefineCategories(const v1::Parameter& original,
                               absl::Span<const v1::ParameterValue> best) {
  v1::Parameter refined = original;
  refined.mutable_categories()->clear_values();
  for (const v1::ParameterValue& value : original.categories().values()) {
    if (std::any_of(best.begin(), best.end(),
                    [&value](const v1::ParameterValue& other) {
                      return SameValue(value, other);
                    })) {
      *refined.mutable_categories()->add_values() = value;
    }
  }
  return refined.categories().values_size() > 0 ? refined : original;
}

// The refined range on the scale: steps 1 and 2.
Interval RefineInterval(const Interval& original, const Interval& best,
                        double spacing, const Extension& extension,
                        v1::Parameter::Scale scale) {
  Interval box = {best.low - spacing / 2, best.high + spacing / 2};
  if (extension.allowed && box.low <= original.low) {
    const double limit =
        scale == v1::Parameter::LOG
            ? ToScale(scale, std::max(extension.lower_limit, kMinPositive))
            : extension.lower_limit;
    const double border =
        best.low > limit ? std::min(original.low, best.low) : original.low;
    box.low = std::max(std::min(box.low, original.low - spacing),
                       (border + limit) / 2);
  } else {
    box.low = std::clamp(box.low, original.low, original.high);
  }
  if (extension.allowed && box.high >= original.high) {
    const double reach = std::max(box.high, original.high + spacing);
    const double limit = ToScale(scale, extension.upper_limit);
    const double border =
        best.high < limit ? std::max(original.high, best.high) : original.high;
    const bool bounded = extension.upper_limit < kMaxNumber;
    box.high = std::min(reach, bounded ? (border + limit) / 2 : limit);
  } else {
    box.high = std::clamp(box.high, original.low, original.high);
  }
  return box;
}

// A range both by value and on its scale.
struct Range {
  Interval values;
  Interval scaled;
};

// The value at `coordinate` of the scale: step 3 but for the best.
double BoundValue(double coordinate, const Range& original,
                  v1::Parameter::Scale scale) {
  if (coordinate == original.scaled.low) return original.values.low;
  if (coordinate == original.scaled.high) return original.values.high;
  const double value = RoundToDigits(FromScale(scale, coordinate));
  const bool inside =
      coordinate > original.scaled.low && coordinate < original.scaled.high;
  return inside ? std::clamp(value, original.values.low, original.values.high)
                : value;
}

// The refined range by value.
Interval RefineValues(const Range& original, const Range& best, double spacing,
                      const Extension& extension, v1::Parameter::Scale scale) {
  const Interval box =
      RefineInterval(original.scaled, best.scaled, spacing, extension, scale);
  Interval values = {BoundValue(box.low, original, scale),
                     BoundValue(box.high, original, scale)};
  if (box.low <= best.scaled.low) {
    values.low = std::min(values.low, best.values.low);
  }
  if (box.high >= best.scaled.high) {
    values.high = std::max(values.high, best.values.high);
  }
  return values;
}

Interval ValueRange(const v1::Parameter& parameter) {
  if (parameter.has_integer_range()) {
    return {static_cast<double>(parameter.integer_range().minimum()),
            static_cast<double>(parameter.integer_range().maximum())};
  }
  return {parameter.double_range().minimum(),
          parameter.double_range().maximum()};
}

int64_t ToInteger(double value) {
  const double bound = static_cast<double>(kMaxInteger);
  return static_cast<int64_t>(std::clamp(value, -bound, bound));
}

}  // namespace

v1::Parameter RefineParameter(const v1::Parameter& original,
                              absl::Span<const v1::ParameterValue> best,
                              double spacing, const Extension& extension) {
  if (!IsNumeric(original)) return RefineCategories(original, best);
  const v1::Parameter::Scale scale = ScaleOf(original);
  Interval held = {NumberOf(best[0]), NumberOf(best[0])};
  for (const v1::ParameterValue& value : best) {
    held.low = std::min(held.low, NumberOf(value));
    held.high = std::max(held.high, NumberOf(value));
  }
  const Interval box = RefineValues(
      {.values = ValueRange(original), .scaled = ScaledRange(original)},
      {.values = held,
       .scaled = {ToScale(scale, held.low), ToScale(scale, held.high)}},
      spacing, extension, scale);
  v1::Parameter refined = original;
  if (original.has_integer_range()) {
    refined.mutable_integer_range()->set_minimum(
        ToInteger(std::floor(box.low)));
    refined.mutable_integer_range()->set_maximum(
        ToInteger(std::ceil(box.high)));
  } else {
    refined.mutable_double_range()->set_minimum(box.low);
    refined.mutable_double_range()->set_maximum(box.high);
  }
  return refined;
}

}  // namespace etalon
