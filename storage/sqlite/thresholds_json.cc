#include "storage/sqlite/thresholds_json.h"

#include <charconv>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status_macros.h"
#include "storage/sqlite/values.h"

namespace etalon::sqlite {
namespace {

constexpr char kNone[] = "[]";

// A trial has fields of both kinds.
absl::StatusOr<v1::Trial> ParseField(absl::string_view field,
                                     absl::string_view text) {
  // A single value would be taken for a list of one.
  if (text.empty() || text.front() != '[') {
    return absl::DataLossError(
        absl::StrCat(field, " in the database is no list"));
  }
  v1::Trial trial;
  ETALON_RETURN_IF_ERROR(
      FromJson(absl::StrCat("{\"", field, "\":", text, "}"), &trial));
  return trial;
}

}  // namespace

absl::StatusOr<std::string> ThresholdsToJson(
    absl::Span<const v1::Threshold> thresholds) {
  std::string text = "[";
  for (const v1::Threshold& threshold : thresholds) {
    if (!std::isfinite(threshold.accuracy())) {
      return absl::InvalidArgumentError(
          absl::StrCat("the threshold at update ", threshold.update(), " is ",
                       threshold.accuracy(), ", not a finite number"));
    }
    // The shortest text that reads back as the same bits.
    char accuracy[32];
    const std::to_chars_result end = std::to_chars(
        accuracy, accuracy + sizeof(accuracy), threshold.accuracy());
    absl::StrAppend(
        &text, text.size() > 1 ? "," : "", "{\"update\":", threshold.update(),
        ",\"accuracy\":", absl::string_view(accuracy, end.ptr - accuracy), "}");
  }
  return text + "]";
}

absl::StatusOr<std::vector<v1::Threshold>> ThresholdsFromJson(
    absl::string_view text) {
  // Most have none, and all are read with every lease.
  if (text == kNone) return std::vector<v1::Threshold>();
  ETALON_ASSIGN_OR_RETURN(const v1::Trial trial,
                          ParseField("thresholds", text));
  return std::vector<v1::Threshold>(trial.thresholds().begin(),
                                    trial.thresholds().end());
}

std::string IndicesToJson(absl::Span<const int> indices) {
  return absl::StrCat("[", absl::StrJoin(indices, ","), "]");
}

absl::StatusOr<std::vector<int>> IndicesFromJson(absl::string_view text) {
  if (text == kNone) return std::vector<int>();
  ETALON_ASSIGN_OR_RETURN(const v1::Trial trial,
                          ParseField("unseen_configurations", text));
  return std::vector<int>(trial.unseen_configurations().begin(),
                          trial.unseen_configurations().end());
}

}  // namespace etalon::sqlite
