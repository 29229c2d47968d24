#ifndef ETALON_WORKER_CHECKPOINTS_H_
#define ETALON_WORKER_CHECKPOINTS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "etalon/v1/trial.pb.h"
#include "worker/checkpoint_file.h"

namespace etalon {

// The folder in which trials leave how far they have come, one file each, so
// that another attempt goes on from there; many workers may share it. A trial
// never fails for it: what cannot be read starts over, what cannot be written
// is told in the log. Thread-safe; blocks on the disk.
class Checkpoints {
 public:
  // Files that nobody has written for so long belong to no attempt that is at
  // work: their trials were cancelled, or ended elsewhere.
  static constexpr absl::Duration kMaxAge = absl::Hours(7 * 24);

  // A trial writes one every `interval`; more than zero. The folder is made
  // when it is needed first.
  Checkpoints(std::string folder, absl::Duration interval)
      : folder_(std::move(folder)), interval_(interval) {}

  absl::Duration interval() const { return interval_; }

  // What the trial's last attempt left, if it has this fingerprint. One that
  // cannot be used is told of in the log and left to be written over.
  std::optional<Checkpoint> Load(const v1::Trial& trial,
                                 absl::string_view fingerprint) const;
  // Replaces what is there. Codes of WriteFileAtomically.
  absl::Status Save(const v1::Trial& trial, const Checkpoint& checkpoint) const;
  // The trial has ended.
  void Remove(const v1::Trial& trial) const;
  // Removes our files that were last written before `now` - kMaxAge.
  void RemoveStale(absl::Time now) const;

 private:
  std::string PathOf(const v1::Trial& trial) const;

  const std::string folder_;
  const absl::Duration interval_;
};

}  // namespace etalon

#endif  // ETALON_WORKER_CHECKPOINTS_H_
