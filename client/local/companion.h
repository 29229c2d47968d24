#ifndef ETALON_CLIENT_LOCAL_COMPANION_H_
#define ETALON_CLIENT_LOCAL_COMPANION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/context.h"
#include "client/exit_code.h"

namespace etalon {

// Runs `arguments`, the first being the path of another program of ours, with
// our standard output and error, and waits for its end, which an interrupt
// brings about. Returns its exit code, which is to be one of ours. INTERNAL: it
// could not be started, or ended otherwise.
absl::StatusOr<ExitCode> RunCompanion(const std::vector<std::string>& arguments,
                                      Context& context);

}  // namespace etalon

#endif  // ETALON_CLIENT_LOCAL_COMPANION_H_
