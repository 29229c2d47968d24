#ifndef ETALON_SERVER_SEARCH_VALIDATE_RACE_H_
#define ETALON_SERVER_SEARCH_VALIDATE_RACE_H_

#include <string>

#include "absl/status/status.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// Whether `race`, which stands at `path`, can be run. Codes and messages are
// those of ValidateSpec.
absl::Status ValidateRace(const std::string& path, const v1::Race& race);

// Whether stage `stage`, which stands at `path`, can race as it or its search
// says. Of a stage whose source is valid.
absl::Status ValidateStageRace(const v1::SearchSpec& spec, int stage,
                               const std::string& path);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_VALIDATE_RACE_H_
