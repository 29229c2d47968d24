#include "worker/group_training.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/log.h"
#include "worker/model_file.h"
#include "worker/trial_groups.h"
#include "worker/trial_start.h"

namespace etalon {
namespace {

// The file; empty, and a line in the log, when none can be made.
std::string MakeModel(const v1::Trial& trial, const TrialRecorder& recorder,
                      const train::PreparedData& data, const char* kernels) {
  const absl::StatusOr<std::string> model =
      EncodeModel({trial, kernels, recorder.measurements().back(),
                   recorder.model(), data.mean(), data.inverse_deviation()});
  if (model.ok()) return *model;
  LogError(trial.name(), " has no model: ", model.status().message());
  return "";
}

}  // namespace

GroupTraining::Member::Member(const ReadyTrial& trial,
                              const TrainingContext& context,
                              CheckpointTimer* timer)
    : ready(trial),
      recorder(*trial.run.trial, *trial.run.monitor, context.checkpoints, timer,
               trial.fingerprint) {
  if (trial.resume_update == 0) return;
  checkpoint = FindStart(trial.run, trial.fingerprint, context.checkpoints);
}

GroupTraining::GroupTraining(const TrainingContext& context,
                             const std::vector<const ReadyTrial*>& members,
                             size_t held, std::string apart_because)
    : context_(context), held_(held), apart_because_(std::move(apart_because)) {
  if (context.checkpoints != nullptr) {
    timer_.emplace(context.checkpoints->interval(), context.clock);
  }
  for (const ReadyTrial* ready : members) {
    Member& member = members_.emplace_back(
        *ready, context, timer_.has_value() ? &*timer_ : nullptr);
    member.fusion.set_width(static_cast<int32_t>(members.size()));
    member.fusion.set_apart_because(apart_because_);
  }
}

absl::Status GroupTraining::Run(OnTrialEnd on_end) {
  std::vector<Member*> all;
  for (Member& member : members_) all.push_back(&member);
  for (const Failure& failure : TrainOnce(all, on_end)) {
    TrainAgain(failure, on_end);
  }
  return memory_;
}

std::vector<GroupTraining::Failure> GroupTraining::TrainOnce(
    const std::vector<Member*>& members, OnTrialEnd on_end) {
  std::vector<train::GroupMember> group;
  for (Member* member : members) {
    const train::Snapshot* resume = nullptr;
    if (member->checkpoint.has_value()) {
      resume = &member->checkpoint->snapshot;
      LogInfo(member->ready.run.trial->name(), " goes on after update ",
              resume->update);
      member->recorder.SetEarlier(member->checkpoint->measurements);
    } else {
      member->recorder.SetEarlier({});
    }
    group.push_back({&member->ready.plan, &member->recorder, resume});
  }
  const absl::Duration start = context_.clock.Monotonic();
  std::vector<bool> ended(members.size(), false);
  std::vector<Failure> failures;
  absl::Status thrown = CallGuarded([&] {
    train::TrainGroup(
        group, *members.front()->ready.data, context_.kernels,
        [&](size_t i, absl::StatusOr<train::TrialOutcome> outcome) {
          if (outcome.ok()) {
            on_end(members[i]->ready.index,
                   MakeResult(*members[i], *outcome,
                              context_.clock.Monotonic() - start));
          } else {
            failures.push_back({members[i], outcome.status()});
          }
          ended[i] = true;
        });
  });
  // What is short for a member's result the trainer keeps to itself.
  if (thrown.ok()) {
    thrown = absl::ResourceExhaustedError(
        "not enough memory for the trial's result");
  }
  for (size_t i = 0; i < members.size(); ++i) {
    if (!ended[i]) failures.push_back({members[i], thrown});
  }
  return failures;
}

void GroupTraining::TrainAgain(const Failure& failure, OnTrialEnd on_end) {
  Member& member = *failure.member;
  // Of the plan itself that was asked before.
  const bool without_checkpoint =
      member.checkpoint.has_value() && absl::IsInvalidArgument(failure.status);
  if (without_checkpoint) {
    LogWarning(member.ready.run.trial->name(),
               " starts over: ", failure.status.message());
    member.checkpoint.reset();
  }
  if (members_.size() > 1) {
    SetApart(member, without_checkpoint
                         ? "its checkpoint could not be used"
                         : absl::StrCat("in a group of ", members_.size(), ": ",
                                        failure.status.message()));
  } else if (!without_checkpoint) {
    Fail(member, failure.status, on_end);
    return;
  }
  // Where memory is short, nothing more is begun.
  if (!memory_.ok()) {
    Fail(member, memory_, on_end);
    return;
  }
  for (const Failure& last : TrainOnce({&member}, on_end)) {
    Fail(member, last.status, on_end);
  }
}

void GroupTraining::Fail(const Member& member, const absl::Status& status,
                         OnTrialEnd on_end) {
  if (absl::IsResourceExhausted(status)) memory_ = status;
  TrialResult result = FailedResult(status);
  result.fusion = member.fusion;
  on_end(member.ready.index, std::move(result));
}

void GroupTraining::SetApart(Member& member, absl::string_view reason) const {
  member.fusion.set_width(1);
  member.fusion.set_apart_because(ApartSentence(held_ - 1, reason));
}

TrialResult GroupTraining::MakeResult(Member& member,
                                      const train::TrialOutcome& outcome,
                                      absl::Duration training_time) const {
  member.recorder.PassOn();
  TrialResult result;
  result.training_time = training_time;
  result.fusion = member.fusion;
  switch (outcome.kind) {
    case train::TrialOutcome::Kind::kFinished:
      result.kind = TrialResult::Kind::kSucceeded;
      break;
    case train::TrialOutcome::Kind::kEndedEarly:
      result.kind = TrialResult::Kind::kEndedEarly;
      break;
    case train::TrialOutcome::Kind::kSuspended:
      AddCheckpoint(member, result);
      break;
    case train::TrialOutcome::Kind::kStopped:
      result.kind = TrialResult::Kind::kStopped;
      break;
    case train::TrialOutcome::Kind::kDiverged:
      result.kind = TrialResult::Kind::kDiverged;
      result.update = outcome.update;
      result.message = "the cost stopped being finite";
      break;
  }
  if (!member.recorder.model().empty()) {
    result.model = MakeModel(*member.ready.run.trial, member.recorder,
                             *member.ready.data, context_.kernels.name);
  }
  return result;
}

void GroupTraining::AddCheckpoint(Member& member, TrialResult& result) const {
  absl::StatusOr<std::string> checkpoint = EncodeCheckpoint(
      {member.ready.fingerprint, member.recorder.TakeSuspended(),
       member.recorder.measurements()});
  if (checkpoint.ok() &&
      checkpoint->size() > static_cast<size_t>(kMaxCheckpointBytes)) {
    checkpoint = absl::InvalidArgumentError(
        absl::StrCat("its checkpoint has ", checkpoint->size(),
                     " bytes; coordinators keep up to ", kMaxCheckpointBytes));
  }
  if (checkpoint.ok()) {
    result.kind = TrialResult::Kind::kSuspended;
    result.checkpoint = *std::move(checkpoint);
    return;
  }
  const TrialResult failed = FailedResult(checkpoint.status());
  result.kind = failed.kind;
  result.message = failed.message;
}

}  // namespace etalon
