#ifndef ETALON_STORAGE_SQLITE_PARAMETERS_JSON_H_
#define ETALON_STORAGE_SQLITE_PARAMETERS_JSON_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"

namespace etalon::sqlite {

// A configuration's parameters as one flat JSON object in their order,
// {"lambda":0.001,"depth":2,"activation":"relu"}: what people query with
// parameters ->> 'lambda'. Not protobuf's JSON, which would bury each value
// under its kind; a number always has a point or an exponent, an integer never,
// so that all comes back as it was, doubles to the bit.

// INVALID_ARGUMENT, naming the parameter: without a value, or not finite.
absl::StatusOr<std::string> ParametersToJson(
    absl::Span<const v1::ParameterAssignment> parameters);

// INVALID_ARGUMENT: not of that form.
absl::StatusOr<std::vector<v1::ParameterAssignment>> ParametersFromJson(
    absl::string_view text);

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_PARAMETERS_JSON_H_
