#ifndef ETALON_CLIENT_PROGRESS_PROGRESS_H_
#define ETALON_CLIENT_PROGRESS_PROGRESS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/connection.h"
#include "client/output/terminal.h"
#include "client/progress/forecast.h"
#include "etalon/v1/ranking.pb.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// How far a search is.
struct Progress {
  v1::Search search;
  // Nothing where it is not known, or the search has ended.
  std::optional<Forecast> time_left;
  // Whether it may be less, as stages race or stop their trials.
  bool at_most = false;
  // Of the stage that BestStage names.
  std::optional<v1::RankedConfiguration> best;
  // Why it stands still, or what to do about its failure; empty where there is
  // nothing to say.
  std::string hint;
};

bool HasEnded(const v1::Search& search);

// Asks the coordinator; `name` is the search's full name. Errors as the calls
// give them.
absl::StatusOr<Progress> FetchProgress(Connection& connection,
                                       const std::string& name);

// One line that tells all, for logs: "coarse 3/12 (2 running), best of coarse
// 41.20 % (lambda 0.0012, eta 0.02), about 40 s (31 s to 55 s) left".
std::string ProgressLine(const Progress& progress);

// What is said of the search as a whole, a line each: its end, the best and the
// time left on the first, if there are any; then what is in the way.
std::vector<std::string> SummaryLines(const Progress& progress);

// A bar for each stage, a line below, and what is in the way; no line is wider
// than the terminal.
std::vector<std::string> ProgressBars(const Progress& progress,
                                      const Terminal& terminal);

}  // namespace etalon

#endif  // ETALON_CLIENT_PROGRESS_PROGRESS_H_
