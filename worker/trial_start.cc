#include "worker/trial_start.h"

#include <utility>

#include "absl/status/statusor.h"
#include "common/log.h"

namespace etalon {
namespace {

// What it was leased with.
std::optional<Checkpoint> Leased(const TrialRun& run,
                                 absl::string_view fingerprint) {
  if (run.checkpoint.empty()) return std::nullopt;
  absl::StatusOr<Checkpoint> checkpoint = DecodeCheckpoint(run.checkpoint);
  if (checkpoint.ok() && checkpoint->fingerprint != fingerprint) {
    checkpoint = absl::FailedPreconditionError(
        "it is of other data or other kernels than this worker's");
  }
  if (checkpoint.ok()) return *std::move(checkpoint);
  LogWarning(
      run.trial->name(), " is trained from its start up to its rung: ",
      "the checkpoint of the rung before: ", checkpoint.status().message());
  return std::nullopt;
}

}  // namespace

std::optional<Checkpoint> FindStart(const TrialRun& run,
                                    absl::string_view fingerprint,
                                    const Checkpoints* checkpoints) {
  const int64_t until = run.trial->until_update();
  const auto is_before_end = [until](const Checkpoint& checkpoint) {
    return until == 0 || checkpoint.snapshot.update < until;
  };
  std::optional<Checkpoint> start = Leased(run, fingerprint);
  if (start.has_value() && !is_before_end(*start)) start.reset();
  if (checkpoints == nullptr) return start;
  std::optional<Checkpoint> own = checkpoints->Load(*run.trial, fingerprint);
  // One past the rung is of a database that has gone back since.
  if (own.has_value() && is_before_end(*own) &&
      (!start.has_value() || own->snapshot.update > start->snapshot.update)) {
    return own;
  }
  return start;
}

}  // namespace etalon
