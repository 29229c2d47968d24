#include "worker/train/group_run.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "worker/train/classify_part.h"
#include "worker/train/evaluation.h"
#include "worker/train/minibatches.h"
#include "worker/train/trial_snapshot.h"

namespace etalon::train {
namespace {

std::vector<TrialPlan> Plans(const std::vector<GroupMember>& members) {
  std::vector<TrialPlan> plans;
  for (const GroupMember& member : members) plans.push_back(*member.plan);
  return plans;
}

}  // namespace

GroupRun::GroupRun(const std::vector<GroupMember>& members,
                   const PreparedData& data, const Kernels<float>& kernels,
                   OnEnd on_end)
    : plan_(*members.front().plan),
      data_(data),
      kernels_(kernels),
      on_end_(on_end),
      sizes_(data.sizes()),
      updates_per_epoch_(UpdatesPerEpoch(plan_, sizes_.train)),
      max_rows_(std::max<Index>(plan_.batch_size, kEvaluationRows)),
      state_(std::make_unique<GroupState<float>>(Plans(members), sizes_,
                                                 kernels, max_rows_)),
      buffer_(kernels, sizes_.features, max_rows_) {
  if (plan_.augmentation.ChangesImages()) augmented_.emplace(plan_, data);
  for (const GroupMember& member : members) {
    Member& added = members_.emplace_back();
    added.place = members_.size() - 1;
    added.observer = member.observer;
    if (member.plan->early_stopping.has_value()) {
      added.early_stopping.emplace(member.plan->early_stopping->patience);
    }
  }
  Resume(members);
}

void GroupRun::Resume(const std::vector<GroupMember>& members) {
  if (members.front().resume == nullptr) return;
  for (size_t t = 0; t < members_.size(); ++t) {
    const absl::Status status = RestoreSnapshot(
        *members[t].resume, *state_, t, members_[t].EarlyStoppingOrNull());
    if (status.ok()) continue;
    members_[t].ended = true;
    on_end_(t, status);
  }
  state_->network().RefreshCopies();
  state_->SetUpdate(members.front().resume->update);
}

void GroupRun::Run() {
  if (!Compact()) return;
  Minibatches minibatches(plan_.seeds.minibatches, sizes_.train,
                          plan_.batch_size, state_->update());
  while (!AllStopped() && Compact()) {
    MakeUpdate(minibatches.Next());
    if (EvaluationDue(plan_, updates_per_epoch_, state_->update())) Measure();
    for (size_t t = 0; t < members_.size(); ++t) {
      Member& member = members_[t];
      if (member.ended) continue;
      if (IsLastUpdate()) {
        Finish(member, state_->network(), static_cast<Index>(t));
      } else if (state_->plan(t).until_update == state_->update()) {
        member.observer->OnSuspended(
            TakeSnapshot(*state_, t, member.EarlyStoppingOrNull()));
        End(member, TrialOutcome::Kind::kSuspended);
      } else if (member.observer->WantsSnapshot()) {
        member.observer->OnSnapshot(
            TakeSnapshot(*state_, t, member.EarlyStoppingOrNull()));
      }
    }
  }
}

void GroupRun::End(Member& member, TrialOutcome::Kind kind) {
  member.ended = true;
  on_end_(member.place,
          TrialOutcome{kind, state_->update(), member.last_measurement});
}

void GroupRun::Finish(Member& member, Network<float>& network, Index place) {
  if (member.observer->WantsModel()) {
    member.observer->OnModel(CopyToTensors(network.State(place)));
  }
  End(member, TrialOutcome::Kind::kFinished);
}

bool GroupRun::AllStopped() {
  bool all = true;
  for (Member& member : members_) {
    if (member.ended) continue;
    if (member.observer->ShouldStop()) {
      End(member, TrialOutcome::Kind::kStopped);
    } else {
      all = false;
    }
  }
  return all;
}

bool GroupRun::Compact() {
  std::vector<size_t> going_on;
  for (size_t t = 0; t < members_.size(); ++t) {
    if (!members_[t].ended) going_on.push_back(t);
  }
  if (going_on.empty()) return false;
  if (going_on.size() == members_.size()) return true;
  state_ = state_->Keep(going_on);
  members_.erase(
      std::remove_if(members_.begin(), members_.end(),
                     [](const Member& member) { return member.ended; }),
      members_.end());
  return true;
}

void GroupRun::MakeUpdate(const uint32_t* rows) {
  const Batch batch =
      augmented_.has_value()
          ? augmented_->Gather(state_->update(), rows, plan_.batch_size,
                               buffer_)
          : data_.Gather(data_.train(), rows, plan_.batch_size, buffer_);
  const std::vector<Tally>& tallies = state_->Step(batch);
  for (size_t t = 0; t < members_.size(); ++t) {
    if (!std::isfinite(tallies[t].loss_sum)) {
      End(members_[t], TrialOutcome::Kind::kDiverged);
    }
  }
}

void GroupRun::Measure() {
  std::vector<Measurement> measurements(members_.size());
  for (size_t t = 0; t < members_.size(); ++t) {
    measurements[t].update = state_->update();
    measurements[t].epoch = static_cast<double>(state_->update()) /
                            static_cast<double>(updates_per_epoch_);
    measurements[t].learning_rate = state_->LearningRate(t);
  }
  if (!MeasurePart(data_.validation(), &Measurement::validation,
                   measurements)) {
    return;
  }
  for (size_t t = 0; t < members_.size(); ++t) {
    Member& member = members_[t];
    if (member.ended || !member.early_stopping.has_value()) continue;
    member.early_stopping->Note(state_->update(),
                                measurements[t].validation->accuracy,
                                state_->network().State(static_cast<Index>(t)));
    if (!IsLastUpdate() && member.early_stopping->OutOfPatience()) {
      FinishWithBest(t, measurements[t]);
    }
  }
  if (IsLastUpdate() && !RestoreBest(measurements)) return;
  if ((IsLastUpdate() || plan_.evaluation.training) &&
      !MeasurePart(data_.train(), &Measurement::training, measurements)) {
    return;
  }
  if (IsLastUpdate() && plan_.evaluation.test &&
      !MeasurePart(data_.test(), &Measurement::test, measurements)) {
    return;
  }
  for (size_t t = 0; t < members_.size(); ++t) {
    if (members_[t].ended) continue;
    members_[t].last_measurement = measurements[t];
    members_[t].observer->OnMeasurement(measurements[t]);
    if (!IsLastUpdate() && members_[t].observer->EndsEarly()) {
      End(members_[t], TrialOutcome::Kind::kEndedEarly);
    }
  }
}

bool GroupRun::Classify(const ImageSet& part, std::vector<Score>& scores) {
  const std::vector<Tally> tallies = ClassifyPart(
      state_->network(), data_, part, buffer_, [this] { return AllStopped(); });
  if (tallies.empty()) return false;
  const std::vector<double> squares = state_->network().SquaredWeights();
  for (size_t t = 0; t < members_.size(); ++t) {
    scores.push_back(
        MakeScore(tallies[t], part.size(), state_->plan(t).lambda, squares[t]));
  }
  return true;
}

bool GroupRun::MeasurePart(const ImageSet& part,
                           std::optional<Score> Measurement::* score,
                           std::vector<Measurement>& measurements) {
  std::vector<Score> scores;
  if (!Classify(part, scores)) return false;
  for (size_t t = 0; t < members_.size(); ++t) {
    if (members_[t].ended) continue;
    measurements[t].*score = scores[t];
    if (!std::isfinite(scores[t].cost)) {
      End(members_[t], TrialOutcome::Kind::kDiverged);
    }
  }
  return true;
}

bool GroupRun::RestoreBest(std::vector<Measurement>& measurements) {
  bool restored = false;
  for (size_t t = 0; t < members_.size(); ++t) {
    const Member& member = members_[t];
    if (member.ended || !member.early_stopping.has_value()) continue;
    const BestSoFar& best = *member.early_stopping->best();
    if (best.update == state_->update()) continue;
    CopyFromTensors(best.network,
                    state_->network().State(static_cast<Index>(t)));
    measurements[t].weights_update = best.update;
    restored = true;
  }
  if (!restored) return true;
  state_->network().RefreshCopies();
  // Those that were not restored get the same score again, to the bit.
  return MeasurePart(data_.validation(), &Measurement::validation,
                     measurements);
}

void GroupRun::FinishWithBest(size_t index, Measurement measurement) {
  Member& member = members_[index];
  const TrialPlan& plan = state_->plan(index);
  const BestSoFar& best = *member.early_stopping->best();
  Network<float> network(kernels_, sizes_.features, {plan.network},
                         sizes_.classes, kEvaluationRows,
                         StepRule<float>::kDescent);
  CopyFromTensors(best.network, network.State(0));
  network.RefreshCopies();
  const double squares = network.SquaredWeights().front();
  measurement.weights_update = best.update;
  const auto measure = [&](const ImageSet& part, std::optional<Score>& score) {
    const std::vector<Tally> tallies =
        ClassifyPart(network, data_, part, buffer_,
                     [&] { return member.observer->ShouldStop(); });
    if (tallies.empty()) {
      End(member, TrialOutcome::Kind::kStopped);
      return false;
    }
    score = MakeScore(tallies.front(), part.size(), plan.lambda, squares);
    if (std::isfinite(score->cost)) return true;
    End(member, TrialOutcome::Kind::kDiverged);
    return false;
  };
  if (!measure(data_.validation(), measurement.validation) ||
      !measure(data_.train(), measurement.training) ||
      (plan_.evaluation.test && !measure(data_.test(), measurement.test))) {
    return;
  }
  member.last_measurement = measurement;
  member.observer->OnMeasurement(measurement);
  Finish(member, network, 0);
}

}  // namespace etalon::train
