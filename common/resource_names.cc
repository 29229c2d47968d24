#include "common/resource_names.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

constexpr size_t kMaxIdBytes = 63;
// What an error repeats of a peer's text.
constexpr size_t kMaxQuotedBytes = 100;

std::string Quote(absl::string_view text) {
  return absl::StrCat("'", absl::CHexEscape(text.substr(0, kMaxQuotedBytes)),
                      text.size() > kMaxQuotedBytes ? "..." : "", "'");
}

absl::Status Malformed(absl::string_view name, absl::string_view form) {
  return absl::InvalidArgumentError(
      absl::StrCat("name ", Quote(name), " is not of the form ", form));
}

// Positive decimal without sign or leading zero, so that a name has one
// spelling.
bool ParseNumber(absl::string_view text, int64_t* number) {
  return !text.empty() && text[0] != '0' &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit) &&
         absl::SimpleAtoi(text, number);
}

}  // namespace

absl::Status ValidateId(absl::string_view what, absl::string_view id) {
  const bool valid =
      !id.empty() && id.size() <= kMaxIdBytes && absl::ascii_islower(id[0]) &&
      id.back() != '-' && std::all_of(id.begin(), id.end(), [](char c) {
        return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
      });
  if (valid) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      what, " ", Quote(id),
      " must be 1 to 63 lower-case letters, digits and hyphens, beginning with "
      "a letter and not ending with a hyphen"));
}

std::string FormatSearchName(absl::string_view search) {
  return absl::StrCat("searches/", search);
}

std::string FormatStageName(absl::string_view search, absl::string_view stage) {
  return absl::StrCat("searches/", search, "/stages/", stage);
}

std::string FormatTrialName(absl::string_view search, int64_t number) {
  return absl::StrCat("searches/", search, "/trials/", number);
}

std::string FormatWorkerName(int64_t number) {
  return absl::StrCat("workers/", number);
}

absl::StatusOr<std::string> ParseSearchName(absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != 2 || parts[0] != "searches") {
    return Malformed(name, "searches/SEARCH");
  }
  ETALON_RETURN_IF_ERROR(ValidateId("search name", parts[1]));
  return std::string(parts[1]);
}

absl::StatusOr<StageName> ParseStageName(absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != 4 || parts[0] != "searches" || parts[2] != "stages") {
    return Malformed(name, "searches/SEARCH/stages/STAGE");
  }
  ETALON_RETURN_IF_ERROR(ValidateId("search name", parts[1]));
  ETALON_RETURN_IF_ERROR(ValidateId("stage name", parts[3]));
  return StageName{std::string(parts[1]), std::string(parts[3])};
}

absl::StatusOr<TrialName> ParseTrialName(absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  TrialName trial;
  if (parts.size() != 4 || parts[0] != "searches" || parts[2] != "trials" ||
      !ParseNumber(parts[3], &trial.number)) {
    return Malformed(name, "searches/SEARCH/trials/NUMBER");
  }
  ETALON_RETURN_IF_ERROR(ValidateId("search name", parts[1]));
  trial.search = std::string(parts[1]);
  return trial;
}

absl::StatusOr<int64_t> ParseWorkerName(absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  int64_t number = 0;
  if (parts.size() != 2 || parts[0] != "workers" ||
      !ParseNumber(parts[1], &number)) {
    return Malformed(name, "workers/NUMBER");
  }
  return number;
}

}  // namespace etalon
