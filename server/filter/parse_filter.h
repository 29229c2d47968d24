#ifndef ETALON_SERVER_FILTER_PARSE_FILTER_H_
#define ETALON_SERVER_FILTER_PARSE_FILTER_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"
#include "storage/trial_filter.h"

namespace etalon {

// What `text`, in the language that docs/cli.md describes and
// server/filter/grammar.h defines, asks for of a search with these parameters.
// Empty or blank text asks for all.
// INVALID_ARGUMENT: a limit of common/limits.h, or where and at which token the
// text goes wrong, and what would do. Pure; time is linear in the text.
absl::StatusOr<TrialFilter> ParseTrialFilter(
    absl::string_view text, absl::Span<const v1::Parameter> parameters);

// "KEY", "KEY asc" or "KEY desc", KEY a field as in filters; empty: by number.
absl::StatusOr<TrialOrder> ParseTrialOrder(
    absl::string_view text, absl::Span<const v1::Parameter> parameters);

}  // namespace etalon

#endif  // ETALON_SERVER_FILTER_PARSE_FILTER_H_
