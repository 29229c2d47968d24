#ifndef ETALON_WORKER_TRAIN_GROUP_RUN_H_
#define ETALON_WORKER_TRAIN_GROUP_RUN_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "worker/train/augmented_batches.h"
#include "worker/train/data/prepared_data.h"
#include "worker/train/early_stopping.h"
#include "worker/train/group_state.h"
#include "worker/train/input_batch.h"
#include "worker/train/kernels/kernels.h"
#include "worker/train/measurement.h"
#include "worker/train/trainer.h"

namespace etalon::train {

// One group from start to end: its minibatches, when its members are measured,
// and how each leaves it. Members are told apart by their places in the list
// given; those that have left make room, so that the others do not pay for
// them. Not thread-safe.
class GroupRun {
 public:
  using OnEnd = absl::FunctionRef<void(size_t, absl::StatusOr<TrialOutcome>)>;

  // `members`: their plans are valid, WhyApart finds nothing between them, and
  // they go on from the same update. All references must outlive it. Calls
  // `on_end` for members whose snapshot is not of their plan. Throws
  // std::bad_alloc, as Run does.
  GroupRun(const std::vector<GroupMember>& members, const PreparedData& data,
           const Kernels<float>& kernels, OnEnd on_end);

  // Calls `on_end` once for each of the others.
  void Run();

 private:
  struct Member {
    size_t place = 0;  // in the list
    Observer* observer = nullptr;
    std::optional<EarlyStopping> early_stopping;
    std::optional<Measurement> last_measurement;
    bool ended = false;

    EarlyStopping* EarlyStoppingOrNull() {
      return early_stopping.has_value() ? &*early_stopping : nullptr;
    }
  };

  void Resume(const std::vector<GroupMember>& members);
  void End(Member& member, TrialOutcome::Kind kind);
  // Hands over the model, of the member's place in `network`, and ends.
  void Finish(Member& member, Network<float>& network, Index place);
  // Whether all have ended, after asking each observer whether to stop.
  bool AllStopped();
  // Makes a smaller group where members have ended. False when none is left.
  bool Compact();
  void MakeUpdate(const uint32_t* rows);

  bool IsLastUpdate() const { return state_->update() == plan_.updates; }
  // Evaluates what is due and hands it to the observers; after the last update
  // with the best weights where they are kept.
  void Measure();
  // What every member gets on a part; false when all have been stopped.
  bool Classify(const ImageSet& part, std::vector<Score>& scores);
  // Classify, and takes over the scores of those that go on. A member with a
  // score that is not finite has diverged.
  bool MeasurePart(const ImageSet& part,
                   std::optional<Score> Measurement::* score,
                   std::vector<Measurement>& measurements);
  bool RestoreBest(std::vector<Measurement>& measurements);
  // The end of a member that is out of patience before the last update: with
  // its best weights, in a network of its own.
  void FinishWithBest(size_t index, Measurement measurement);

  const TrialPlan plan_;  // of any member: what they have in common
  const PreparedData& data_;
  const Kernels<float>& kernels_;
  const OnEnd on_end_;
  const DataSizes sizes_;
  const int64_t updates_per_epoch_;
  const Index max_rows_;
  std::unique_ptr<GroupState<float>> state_;
  std::vector<Member> members_;  // as in *state_
  InputBatch<float> buffer_;
  std::optional<AugmentedBatches> augmented_;
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_GROUP_RUN_H_
