#ifndef ETALON_SERVER_SEARCH_CONDITION_H_
#define ETALON_SERVER_SEARCH_CONDITION_H_

#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// Whether a configuration that has been given `assigned` so far has `parameter`
// too: it has no condition, or the parameter that it depends on is among
// `assigned` with one of the values. So what depends on a parameter that is
// left out is left out itself. Numbers compare by value, of whatever kind.
bool IsActive(const v1::Parameter& parameter,
              absl::Span<const v1::ParameterAssignment> assigned);

// Whether `value` is one of the condition's.
bool Holds(const v1::Parameter::Condition& condition,
           const v1::ParameterValue& value);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_CONDITION_H_
