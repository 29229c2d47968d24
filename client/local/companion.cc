#include "client/local/companion.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "client/local/child_process.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

constexpr absl::Duration kPollInterval = absl::Milliseconds(20);
// A worker stops within milliseconds but for reading its data.
constexpr absl::Duration kStopTimeout = absl::Seconds(10);

}  // namespace

absl::StatusOr<ExitCode> RunCompanion(const std::vector<std::string>& arguments,
                                      Context& context) {
  context.out.flush();
  ETALON_ASSIGN_OR_RETURN(const auto child,
                          ChildProcess::StartAttached(arguments));
  while (!child->Ended().has_value()) {
    if (!context.interrupt.WaitFor(kPollInterval)) continue;
    child->Terminate();
    const absl::Duration deadline = context.clock.Monotonic() + kStopTimeout;
    while (!child->Ended().has_value() &&
           context.clock.Monotonic() < deadline) {
      absl::SleepFor(kPollInterval);
    }
    return ExitCode::kInterrupted;
  }
  const std::optional<int> status = child->ExitStatus();
  for (const ExitCode code :
       {ExitCode::kDone, ExitCode::kFailed, ExitCode::kUsage,
        ExitCode::kNotFound, ExitCode::kConflict, ExitCode::kInterrupted}) {
    if (status == static_cast<int>(code)) return code;
  }
  return absl::InternalError(
      absl::StrCat(child->name(), " ended with ", *child->Ended()));
}

}  // namespace etalon
