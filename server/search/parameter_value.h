#ifndef ETALON_SERVER_SEARCH_PARAMETER_VALUE_H_
#define ETALON_SERVER_SEARCH_PARAMETER_VALUE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// A parameter's value as the type of the field that it sets. INVALID_ARGUMENT:
// it is of another kind; the message has no field in front.

absl::StatusOr<double> AsNumber(const v1::ParameterValue& value);
// Whole, and within 32 bits.
absl::StatusOr<int32_t> AsInteger(const v1::ParameterValue& value);
// "true" or "false".
absl::StatusOr<bool> AsBool(const v1::ParameterValue& value);
// One of `choices`; gives its index.
absl::StatusOr<size_t> AsChoice(const v1::ParameterValue& value,
                                absl::Span<const std::string> choices);
// Units of the hidden layers as the course reports write them: "50-30", "50",
// or "none" for a network of one layer. A whole number is one hidden layer.
absl::StatusOr<std::vector<int32_t>> AsLayers(const v1::ParameterValue& value);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_PARAMETER_VALUE_H_
