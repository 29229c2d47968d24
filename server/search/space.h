#ifndef ETALON_SERVER_SEARCH_SPACE_H_
#define ETALON_SERVER_SEARCH_SPACE_H_

#include <cstdint>

#include "etalon/v1/search.pb.h"

namespace etalon {

// The geometry of one parameter. A numeric range is worked on in coordinates of
// its scale: the value itself (LINEAR) or its natural logarithm (LOG).
// Parameters are valid (validate_parameters.h).

// Part of a scale, in its coordinates; low <= high.
struct Interval {
  double low = 0;
  double high = 0;
  double width() const { return high - low; }
};

// A double or an integer range, that is, not categories.
bool IsNumeric(const v1::Parameter& parameter);

// LINEAR or LOG. Of a numeric parameter.
v1::Parameter::Scale ScaleOf(const v1::Parameter& parameter);

double ToScale(v1::Parameter::Scale scale, double value);
double FromScale(v1::Parameter::Scale scale, double coordinate);

// The whole range of a numeric parameter.
Interval ScaledRange(const v1::Parameter& parameter);

// Of a value of kind number or integer; 0 for text.
double NumberOf(const v1::ParameterValue& value);

// Whether both are of one kind and equal.
bool SameValue(const v1::ParameterValue& a, const v1::ParameterValue& b);

// How many different values the parameter has, as far as that is countable:
// the integers of a range, the categories, 1 for a single point. INT64_MAX for
// any other range of doubles.
int64_t ValueCount(const v1::Parameter& parameter);

// `value` to 12 significant digits, correctly rounded. What exp and log give
// differs in the last bit between processors (glibc has a variant for those
// with fused multiply-add), and so do the results here without this; besides,
// the point between 1e-4 and 1e-2 becomes 0.001 itself.
double RoundToDigits(double value);

// The value at `position`, from 0 (the minimum) to 1 (the maximum), of the
// scale of a numeric parameter. The bounds are given to the bit; what lies
// between is rounded by RoundToDigits, unless the range is too narrow for it,
// and to the nearest integer in an integer range.
v1::ParameterValue ValueAt(const v1::Parameter& parameter, double position);

// The value that a uniform draw in [0, 1] chooses. Every category is as likely
// as the next; integer k has the part of the scale from k to k + 1, so that all
// are equally likely on a linear scale.
v1::ParameterValue DrawValue(const v1::Parameter& parameter, double uniform);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_SPACE_H_
