#ifndef ETALON_CLIENT_PROGRESS_WATCH_H_
#define ETALON_CLIENT_PROGRESS_WATCH_H_

#include <functional>
#include <ostream>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/connection.h"
#include "client/context.h"
#include "client/exit_code.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

struct WatchOptions {
  // Redraw bars in place; else print a line when something has changed.
  bool bars = false;
  absl::Duration interval = absl::Seconds(1);
  // Asked before every look at the search; an error ends the watch. Empty:
  // nothing to ask.
  std::function<absl::Status()> check;
};

// Shows the progress of the search on `out` until it has ended, and returns it.
// A coordinator that goes away once it has answered is waited for.
// CANCELLED: interrupted. Else errors of the calls, UNAVAILABLE only where the
// coordinator never answered.
absl::StatusOr<v1::Search> WatchSearch(Context& context, Connection& connection,
                                       const std::string& name,
                                       const WatchOptions& options,
                                       std::ostream& out,
                                       const Terminal& terminal);

// kDone when it succeeded, else kUnsuccessful.
ExitCode ExitCodeOf(const v1::Search& search);

}  // namespace etalon

#endif  // ETALON_CLIENT_PROGRESS_WATCH_H_
