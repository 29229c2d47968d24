#ifndef ETALON_CLIENT_EXIT_CODE_H_
#define ETALON_CLIENT_EXIT_CODE_H_

#include "absl/status/status.h"

namespace etalon {

// What the program says to the shell (docs/cli.md).
enum class ExitCode {
  kDone = 0,
  kFailed = 1,
  // Usage, or an invalid search file.
  kUsage = 2,
  kNotFound = 3,
  // Conflict, or already finished.
  kConflict = 4,
  // No coordinator at the address.
  kUnreachable = 5,
  kPermission = 6,
  // The search that was waited for ended without success.
  kUnsuccessful = 7,
  kDeadline = 8,
  kInterrupted = 130,
};

// CANCELLED stands for an interrupt: commands answer it when a signal arrives,
// and the coordinator never does.
ExitCode ExitCodeOf(const absl::Status& status);

}  // namespace etalon

#endif  // ETALON_CLIENT_EXIT_CODE_H_
