#include "server/search/space.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

namespace etalon {
namespace {

constexpr int kSignificantDigits = 12;
// Ranges narrower than this share of their larger bound are not rounded. Above
// it, neighbours on a grid of 10^5 points still differ by 10^-11 of it, ten
// times what rounding moves them by.
constexpr double kNarrowestRounded = 1e-6;

v1::ParameterValue Number(double number) {
  v1::ParameterValue value;
  value.set_number(number);
  return value;
}

v1::ParameterValue Integer(int64_t integer) {
  v1::ParameterValue value;
  value.set_integer(integer);
  return value;
}

double NumberAt(const v1::Parameter& parameter, double position) {
  const v1::Parameter::DoubleRange& range = parameter.double_range();
  if (position <= 0) return range.minimum();
  if (position >= 1) return range.maximum();
  const Interval interval = ScaledRange(parameter);
  const double value = FromScale(
      ScaleOf(parameter), std::lerp(interval.low, interval.high, position));
  const double largest =
      std::max(std::abs(range.minimum()), std::abs(range.maximum()));
  const bool wide =
      range.maximum() - range.minimum() > kNarrowestRounded * largest;
  return std::clamp(wide ? RoundToDigits(value) : value, range.minimum(),
                    range.maximum());
}

int64_t Clip(double value, const v1::Parameter::IntegerRange& range) {
  // Bounds are at most 2^53 by size, so this is exact.
  return static_cast<int64_t>(std::clamp(value,
                                         static_cast<double>(range.minimum()),
                                         static_cast<double>(range.maximum())));
}

}  // namespace

bool IsNumeric(const v1::Parameter& parameter) {
  return parameter.has_double_range() || parameter.has_integer_range();
}

v1::Parameter::Scale ScaleOf(const v1::Parameter& parameter) {
  const v1::Parameter::Scale scale = parameter.has_integer_range()
                                         ? parameter.integer_range().scale()
                                         : parameter.double_range().scale();
  return scale == v1::Parameter::LOG ? scale : v1::Parameter::LINEAR;
}

double ToScale(v1::Parameter::Scale scale, double value) {
  return scale == v1::Parameter::LOG ? std::log(value) : value;
}

double FromScale(v1::Parameter::Scale scale, double coordinate) {
  return scale == v1::Parameter::LOG ? std::exp(coordinate) : coordinate;
}

Interval ScaledRange(const v1::Parameter& parameter) {
  const v1::Parameter::Scale scale = ScaleOf(parameter);
  if (parameter.has_integer_range()) {
    const v1::Parameter::IntegerRange& range = parameter.integer_range();
    return {ToScale(scale, static_cast<double>(range.minimum())),
            ToScale(scale, static_cast<double>(range.maximum()))};
  }
  return {ToScale(scale, parameter.double_range().minimum()),
          ToScale(scale, parameter.double_range().maximum())};
}

double NumberOf(const v1::ParameterValue& value) {
  return value.has_integer() ? static_cast<double>(value.integer())
                             : value.number();
}

bool SameValue(const v1::ParameterValue& a, const v1::ParameterValue& b) {
  return a.kind_case() == b.kind_case() && a.number() == b.number() &&
         a.integer() == b.integer() && a.text() == b.text();
}

int64_t ValueCount(const v1::Parameter& parameter) {
  switch (parameter.domain_case()) {
    case v1::Parameter::kDoubleRange:
      if (parameter.double_range().minimum() ==
          parameter.double_range().maximum()) {
        return 1;
      }
      break;
    case v1::Parameter::kIntegerRange: {
      int64_t count = 0;
      if (!__builtin_sub_overflow(parameter.integer_range().maximum(),
                                  parameter.integer_range().minimum(),
                                  &count) &&
          !__builtin_add_overflow(count, 1, &count)) {
        return std::max<int64_t>(count, 0);
      }
      break;
    }
    case v1::Parameter::kCategories:
      return parameter.categories().values_size();
    case v1::Parameter::DOMAIN_NOT_SET:
      return 0;
  }
  return std::numeric_limits<int64_t>::max();
}

double RoundToDigits(double value) {
  char text[32];
  const std::to_chars_result end =
      std::to_chars(text, text + sizeof(text), value,
                    std::chars_format::scientific, kSignificantDigits - 1);
  double rounded = value;
  std::from_chars(text, end.ptr, rounded);
  return rounded;
}

v1::ParameterValue ValueAt(const v1::Parameter& parameter, double position) {
  if (parameter.has_double_range())
    return Number(NumberAt(parameter, position));
  const Interval interval = ScaledRange(parameter);
  const double value = FromScale(
      ScaleOf(parameter), std::lerp(interval.low, interval.high, position));
  return Integer(Clip(std::round(value), parameter.integer_range()));
}

v1::ParameterValue DrawValue(const v1::Parameter& parameter, double uniform) {
  if (parameter.has_double_range()) return Number(NumberAt(parameter, uniform));
  if (parameter.has_categories()) {
    const v1::Parameter::Categories& categories = parameter.categories();
    return categories.values(
        std::min(static_cast<int>(uniform * categories.values_size()),
                 categories.values_size() - 1));
  }
  const v1::Parameter::IntegerRange& range = parameter.integer_range();
  const v1::Parameter::Scale scale = ScaleOf(parameter);
  const double value = FromScale(
      scale, std::lerp(ScaledRange(parameter).low,
                       ToScale(scale, range.maximum() + 1.0), uniform));
  return Integer(Clip(std::floor(value), range));
}

}  // namespace etalon
