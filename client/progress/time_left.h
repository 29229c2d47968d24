#ifndef ETALON_CLIENT_PROGRESS_TIME_LEFT_H_
#define ETALON_CLIENT_PROGRESS_TIME_LEFT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// Updates that a trial of this training makes, which its duration goes by; 0
// when `training`, its defaults filled in, does not say.
int64_t UpdatesOf(const v1::Training& training);

// How long a search will go on with as many trials at once as run now.
// `mean_seconds` is how long a trial took, by full stage name, where any has
// ended; a stage without takes its duration from the stage before it, in
// proportion to the updates. Nothing when that is not known, or nothing runs.
std::optional<absl::Duration> EstimateTimeLeft(
    const v1::Search& search,
    const std::map<std::string, double>& mean_seconds);

}  // namespace etalon

#endif  // ETALON_CLIENT_PROGRESS_TIME_LEFT_H_
