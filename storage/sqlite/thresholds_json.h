#ifndef ETALON_STORAGE_SQLITE_THRESHOLDS_JSON_H_
#define ETALON_STORAGE_SQLITE_THRESHOLDS_JSON_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "etalon/v1/trial.pb.h"

namespace etalon::sqlite {

// How columns `thresholds` and `unseen` of configurations stand: arrays whose
// numbers SQLite's JSON functions read as numbers.

// [{"update":450,"accuracy":0.31}]; accuracies come back to the bit.
// INVALID_ARGUMENT: one is not finite.
absl::StatusOr<std::string> ThresholdsToJson(
    absl::Span<const v1::Threshold> thresholds);
absl::StatusOr<std::vector<v1::Threshold>> ThresholdsFromJson(
    absl::string_view text);

// [3,5]
std::string IndicesToJson(absl::Span<const int> indices);
absl::StatusOr<std::vector<int>> IndicesFromJson(absl::string_view text);

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_THRESHOLDS_JSON_H_
