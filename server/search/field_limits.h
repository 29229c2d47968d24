#ifndef ETALON_SERVER_SEARCH_FIELD_LIMITS_H_
#define ETALON_SERVER_SEARCH_FIELD_LIMITS_H_

#include "absl/strings/string_view.h"
#include "common/limits.h"
#include "etalon/v1/training.pb.h"

namespace etalon {

// What the values of a numeric parameter lie between, for ranges that reach
// past what was asked for. Whether the limits themselves are allowed differs;
// values half way to them always are.
struct FieldLimits {
  double lower = 0;
  double upper = kMaxNumber;
};

// Of a parameter that ResolveParameter knows. `training` has its defaults
// filled in.
FieldLimits LimitsOf(absl::string_view parameter, const v1::Training& training);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_FIELD_LIMITS_H_
