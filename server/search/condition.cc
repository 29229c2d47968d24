#include "server/search/condition.h"

#include <algorithm>

#include "server/search/space.h"

namespace etalon {

bool Holds(const v1::Parameter::Condition& condition,
           const v1::ParameterValue& value) {
  return std::any_of(condition.values().begin(), condition.values().end(),
                     [&value](const v1::ParameterValue& other) {
                       if (value.has_text() || other.has_text()) {
                         return SameValue(value, other);
                       }
                       return NumberOf(value) == NumberOf(other);
                     });
}

bool IsActive(const v1::Parameter& parameter,
              absl::Span<const v1::ParameterAssignment> assigned) {
  if (!parameter.has_when()) return true;
  return std::any_of(assigned.begin(), assigned.end(),
                     [&parameter](const v1::ParameterAssignment& other) {
                       return other.name() == parameter.when().parameter() &&
                              Holds(parameter.when(), other.value());
                     });
}

}  // namespace etalon
