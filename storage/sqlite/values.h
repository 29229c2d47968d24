#ifndef ETALON_STORAGE_SQLITE_VALUES_H_
#define ETALON_STORAGE_SQLITE_VALUES_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"

namespace etalon::sqlite {

// A value as SQLite has them: NULL, a number, text.
using Value = std::variant<std::monostate, int64_t, double, std::string>;

// How values that SQLite has no type for stand in its columns.

// RFC 3339 in UTC with microseconds, "2025-01-31T23:59:59.123456Z": the order
// of the texts is that of the times, and SQLite's own date functions read it.
std::string TimeToText(absl::Time time);
std::optional<absl::Time> TimeFromText(absl::string_view text);

// INVALID_ARGUMENT, naming the field, where a floating-point field anywhere in
// the message is infinite or not a number.
absl::Status CheckFinite(const google::protobuf::Message& message);

// Protobuf's JSON with the names of the .proto files; every double comes back
// to the bit (but -0 as 0). INVALID_ARGUMENT: a number is not finite.
absl::StatusOr<std::string> ToJson(const google::protobuf::Message& message);
absl::Status FromJson(absl::string_view text,
                      google::protobuf::Message* message);

// An array of parameters with their ranges.
absl::StatusOr<std::string> BoxToJson(absl::Span<const v1::Parameter> box);
absl::StatusOr<std::vector<v1::Parameter>> BoxFromJson(absl::string_view text);

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_VALUES_H_
