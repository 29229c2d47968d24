#ifndef ETALON_SERVER_SEARCH_VALIDATE_SAMPLE_H_
#define ETALON_SERVER_SEARCH_VALIDATE_SAMPLE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// Whether `sample`, which stands at `path`, can draw from `declared`, the
// stage's original ranges. Codes and messages are those of ValidateSpec.
absl::Status ValidateSample(const std::string& path, const v1::Sample& sample,
                            absl::Span<const v1::Parameter> declared);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_VALIDATE_SAMPLE_H_
