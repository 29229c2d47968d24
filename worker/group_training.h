#ifndef ETALON_WORKER_GROUP_TRAINING_H_
#define ETALON_WORKER_GROUP_TRAINING_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/clock.h"
#include "worker/checkpoint_timer.h"
#include "worker/checkpoints.h"
#include "worker/data_cache.h"
#include "worker/train/kernels/kernels.h"
#include "worker/train/trainer.h"
#include "worker/trial_recorder.h"
#include "worker/trial_runner.h"

namespace etalon {

// A trial that can be trained.
struct ReadyTrial {
  size_t index = 0;  // among the trials of the call
  TrialRun run;
  train::TrialPlan plan;
  DataCache::Data data;
  // Of its checkpoints; "" where it has none.
  std::string fingerprint;
  // The update after which its checkpoint was made; 0: there is none.
  int64_t resume_update = 0;
};

// What training needs and trials share; outlives it.
struct TrainingContext {
  const train::KernelSet& kernels;
  const Checkpoints* checkpoints;  // may be null: none are written or read
  const Clock& clock;
};

// Trains one group of trials on the same data, side by side. A member that
// could not be trained in company, whatever the reason (memory short for so
// many, a checkpoint that will not do), is trained again apart, before it is
// said to fail. Not thread-safe; once only.
class GroupTraining {
 public:
  // Trains `members`, at least one; borrowed. `held` trials, these among them,
  // were to be trained in this call; `apart_because` is that of TrialGroup.
  GroupTraining(const TrainingContext& context,
                const std::vector<const ReadyTrial*>& members, size_t held,
                std::string apart_because);

  // Ends each member, by its index in the call. Returns RESOURCE_EXHAUSTED when
  // one was ended for want of memory, else OK.
  absl::Status Run(OnTrialEnd on_end);

 private:
  struct Member {
    Member(const ReadyTrial& ready, const TrainingContext& context,
           CheckpointTimer* timer);

    const ReadyTrial& ready;
    TrialRecorder recorder;
    std::optional<Checkpoint> checkpoint;  // that it goes on from
    v1::Fusion fusion;
  };
  struct Failure {
    Member* member;
    absl::Status status;
  };

  // Trains them; returns those that have not ended, and why.
  std::vector<Failure> TrainOnce(const std::vector<Member*>& members,
                                 OnTrialEnd on_end);
  // Ends it, after another try.
  void TrainAgain(const Failure& failure, OnTrialEnd on_end);
  void Fail(const Member& member, const absl::Status& status,
            OnTrialEnd on_end);
  void SetApart(Member& member, absl::string_view reason) const;
  TrialResult MakeResult(Member& member, const train::TrialOutcome& outcome,
                         absl::Duration training_time) const;
  // Of a member at its rung.
  void AddCheckpoint(Member& member, TrialResult& result) const;

  const TrainingContext context_;
  const size_t held_;
  const std::string apart_because_;
  std::optional<CheckpointTimer> timer_;
  std::deque<Member> members_;
  absl::Status memory_;
};

}  // namespace etalon

#endif  // ETALON_WORKER_GROUP_TRAINING_H_
