#include "worker/checkpoints.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/files.h"
#include "common/log.h"
#include "common/random.h"
#include "common/status_macros.h"
#include "worker/stored_tensors.h"

namespace etalon {
namespace {

constexpr char kExtension[] = ".checkpoint";
// The largest network in parameters, two moments and best weights, and as much
// for measurements: nothing that a trial of ours could have left is larger.
constexpr int64_t kMaxFileBytes = int64_t{5} << 30;

// Of our own making, whole or begun.
bool IsCheckpoint(const std::string& file_name) {
  return absl::EndsWith(file_name, kExtension) ||
         absl::StrContains(file_name, absl::StrCat(kExtension, kPartialFile));
}

}  // namespace

// The trial's name, for people, and of what decides its course a digest, since
// another coordinator's trial may have the same name.
std::string Checkpoints::PathOf(const v1::Trial& trial) const {
  const uint64_t digest =
      DeriveSeed(0, MessageToText(trial.training()),
                 {trial.seeds().initialization(), trial.seeds().minibatches()});
  return absl::StrCat(folder_, "/",
                      absl::StrReplaceAll(trial.name(), {{"/", "-"}}), "-",
                      absl::Hex(digest, absl::kZeroPad16), kExtension);
}

std::optional<Checkpoint> Checkpoints::Load(
    const v1::Trial& trial, absl::string_view fingerprint) const {
  const std::string path = PathOf(trial);
  const absl::StatusOr<std::string> bytes = ReadWholeFile(path, kMaxFileBytes);
  if (absl::IsNotFound(bytes.status())) return std::nullopt;
  absl::StatusOr<Checkpoint> checkpoint =
      bytes.ok() ? DecodeCheckpoint(*bytes) : bytes.status();
  if (checkpoint.ok() && checkpoint->fingerprint != fingerprint) {
    checkpoint = absl::FailedPreconditionError(
        "it is of another trial, other data or other kernels");
  }
  if (!checkpoint.ok()) {
    LogWarning(trial.name(), " starts over: checkpoint ", path, ": ",
               checkpoint.status().message());
    return std::nullopt;
  }
  return *std::move(checkpoint);
}

absl::Status Checkpoints::Save(const v1::Trial& trial,
                               const Checkpoint& checkpoint) const {
  ETALON_ASSIGN_OR_RETURN(const std::string bytes,
                          EncodeCheckpoint(checkpoint));
  std::error_code ignored;  // the write says it better
  std::filesystem::create_directories(folder_, ignored);
  return WriteFileAtomically(PathOf(trial), bytes, /*replace=*/true);
}

void Checkpoints::Remove(const v1::Trial& trial) const {
  // Not there, most often; else it grows stale.
  unlink(PathOf(trial).c_str());
}

void Checkpoints::RemoveStale(absl::Time now) const {
  const time_t oldest = absl::ToTimeT(now - kMaxAge);
  std::error_code error;
  std::filesystem::directory_iterator entry(folder_, error);
  // Increments that fail end the walk.
  for (const std::filesystem::directory_iterator end; !error && entry != end;
       entry.increment(error)) {
    const std::string path = entry->path().string();
    struct stat status;
    if (IsCheckpoint(entry->path().filename().string()) &&
        lstat(path.c_str(), &status) == 0 && status.st_mtime < oldest &&
        unlink(path.c_str()) == 0) {
      LogInfo("removed the stale checkpoint ", path);
    }
  }
}

}  // namespace etalon
