#ifndef ETALON_SERVER_FILTER_TRIAL_FIELDS_H_
#define ETALON_SERVER_FILTER_TRIAL_FIELDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"
#include "storage/trial_filter.h"

namespace etalon {

// What a field's values are.
enum class FieldType {
  kNumber,
  kText,
  kMixed,   // a parameter with numbers and texts among its values
  kState,   // Trial.State
  kReason,  // Failure.Reason
  kWorker,  // "workers/3" or 3
  kTime,    // RFC 3339, or a date
};

struct ResolvedField {
  TrialKey key;
  FieldType type = FieldType::kNumber;
};

// The field of that name, as the view trial_results and `etalon trials` name
// it, or "parameters.NAME" of one of the search's `parameters`.
// INVALID_ARGUMENT: there is none; names the nearest.
absl::StatusOr<ResolvedField> ResolveField(
    absl::string_view name, absl::Span<const v1::Parameter> parameters);

// `text` as a value of the type; `quoted`: it stood in quotes.
// INVALID_ARGUMENT says what would do.
absl::StatusOr<TrialValue> ParseValue(FieldType type, absl::string_view text,
                                      bool quoted);

// Whether values of the type come one after another, so that < makes sense.
bool IsOrdered(FieldType type);

// All names but those of parameters.
const std::vector<std::string>& TrialFieldNames();

}  // namespace etalon

#endif  // ETALON_SERVER_FILTER_TRIAL_FIELDS_H_
