#ifndef ETALON_COMMON_RESOURCE_NAMES_H_
#define ETALON_COMMON_RESOURCE_NAMES_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace etalon {

// The names that resources have on the wire, in the database's views and on the
// command line:
//   searches/{search}
//   searches/{search}/stages/{stage}
//   searches/{search}/trials/{number}     number from 1
//   workers/{number}                      number from 1
// Ids of searches and stages are 1 to 63 lower-case letters, digits and
// hyphens, a letter first, no hyphen last. The parsers answer INVALID_ARGUMENT,
// naming what they were given, to anything else.

struct StageName {
  std::string search;
  std::string stage;
};

struct TrialName {
  std::string search;
  int64_t number = 0;
};

// `what` names the id in the message: "search name", "stages[2].name".
absl::Status ValidateId(absl::string_view what, absl::string_view id);

std::string FormatSearchName(absl::string_view search);
std::string FormatStageName(absl::string_view search, absl::string_view stage);
std::string FormatTrialName(absl::string_view search, int64_t number);
std::string FormatWorkerName(int64_t number);

absl::StatusOr<std::string> ParseSearchName(absl::string_view name);
absl::StatusOr<StageName> ParseStageName(absl::string_view name);
absl::StatusOr<TrialName> ParseTrialName(absl::string_view name);
absl::StatusOr<int64_t> ParseWorkerName(absl::string_view name);

}  // namespace etalon

#endif  // ETALON_COMMON_RESOURCE_NAMES_H_
