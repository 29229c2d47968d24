#include "common/rpc/library_log.h"

#include <grpc/support/log.h>

#include "absl/strings/str_cat.h"
#include "common/clock.h"
#include "common/limited_log.h"

namespace etalon {
namespace {

void Write(gpr_log_func_args* arguments) {
  // For as long as the process: gRPC's threads may outlive main.
  static auto* const log = new LimitedLog(SystemClock());
  log->Note(absl::StrCat("gRPC: ", arguments->message));
}

}  // namespace

void RouteLibraryLog() { gpr_set_log_function(Write); }

}  // namespace etalon
