#ifndef ETALON_COMMON_FAILPOINT_H_
#define ETALON_COMMON_FAILPOINT_H_

#include "absl/status/status.h"

#ifdef ETALON_FAILPOINTS
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#endif

namespace etalon {

// Places at which a test makes a process die, wait or fail: both sides of
// everything after which something holds for good. Only builds with the CMake
// option ETALON_FAILPOINTS have them; in all others a hit is nothing at all.
enum class Failpoint {
  kStoreBeforeBegin,
  kStoreAfterBegin,
  kStoreBeforeCommit,
  // Here an error is a COMMIT of which nobody knows whether it holds.
  kStoreAfterCommit,
  // So is an error here of the commits before it.
  kStoreBeforeSync,
  // A checkpoint of the log: what is committed is safe on either side of it.
  kStoreBeforeCheckpoint,
  kStoreAfterCheckpoint,
  kSchemaBeforeStep,
  kSchemaGeneration,  // before it is written
  kSchemaAfterStep,   // before the step is committed
  kReply,             // after the sync, before the answer leaves
  kFileBeforeRename,  // of a file that is written beside its place first
  kFileAfterRename,   // before its folder is synced
};

#ifdef ETALON_FAILPOINTS

// Does what the point is set to: nothing, in general. `kill` does not return,
// `sleep` returns OK later, `error` returns UNAVAILABLE with the point's name.
// Thread-safe.
absl::Status HitFailpoint(Failpoint point);

// Sets points, "NAME=ACTION[@N],...": ACTION is kill, sleep:MILLISECONDS or
// error, at the N-th hit from now on alone, or at each. Points that are not
// named do nothing; an empty text resets all. A process sets those of its
// environment's ETALON_FAILPOINTS at its first hit, and dies of a text that is
// wrong. INVALID_ARGUMENT: no such point or action. Thread-safe.
absl::Status SetFailpoints(absl::string_view text);

// All there are, by name.
std::vector<std::string> FailpointNames();

#else

inline absl::Status HitFailpoint(Failpoint) { return absl::OkStatus(); }

#endif

}  // namespace etalon

#endif  // ETALON_COMMON_FAILPOINT_H_
