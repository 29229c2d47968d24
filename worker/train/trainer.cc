#include "worker/train/trainer.h"

#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "worker/train/group_run.h"
#include "worker/train/kernels_for.h"
#include "worker/train/why_apart.h"

namespace etalon::train {
namespace {

using OnEnd = GroupRun::OnEnd;

int64_t ResumeUpdate(const GroupMember& member) {
  return member.resume == nullptr ? 0 : member.resume->update;
}

bool FitTogether(const GroupMember& a, const GroupMember& b) {
  return ResumeUpdate(a) == ResumeUpdate(b) &&
         WhyApart(*a.plan, *b.plan).empty();
}

// The places of those that can be trained side by side, group by group, by the
// first place of each.
std::vector<std::vector<size_t>> Split(const std::vector<GroupMember>& members,
                                       const std::vector<size_t>& places) {
  std::vector<std::vector<size_t>> groups;
  for (const size_t place : places) {
    bool found = false;
    for (std::vector<size_t>& group : groups) {
      if (!FitTogether(members[group.front()], members[place])) continue;
      group.push_back(place);
      found = true;
      break;
    }
    if (!found) groups.push_back({place});
  }
  return groups;
}

void TrainSideBySide(const std::vector<GroupMember>& members,
                     const std::vector<size_t>& places,
                     const PreparedData& data, const KernelSet& kernels,
                     OnEnd on_end) {
  std::vector<GroupMember> group;
  for (const size_t place : places) group.push_back(members[place]);
  std::vector<bool> ended(places.size());
  const auto end = [&](size_t i, absl::StatusOr<TrialOutcome> outcome) {
    ended[i] = true;
    on_end(places[i], std::move(outcome));
  };
  try {
    const Precision precision = group.front().plan->precision;
    GroupRun(group, data, KernelsFor(precision, kernels), end).Run();
  } catch (const std::bad_alloc&) {
    for (size_t i = 0; i < places.size(); ++i) {
      if (ended[i]) continue;
      on_end(places[i], absl::ResourceExhaustedError(
                            "not enough memory for the trial's network and "
                            "batches"));
    }
  }
}

}  // namespace

void TrainGroup(const std::vector<GroupMember>& members,
                const PreparedData& data, const KernelSet& kernels,
                OnEnd on_end) {
  std::vector<size_t> valid;
  for (size_t i = 0; i < members.size(); ++i) {
    const absl::Status status = Validate(*members[i].plan, data.sizes());
    if (status.ok()) {
      valid.push_back(i);
    } else {
      on_end(i, status);
    }
  }
  for (const std::vector<size_t>& places : Split(members, valid)) {
    TrainSideBySide(members, places, data, kernels, on_end);
  }
}

absl::StatusOr<TrialOutcome> Train(const TrialPlan& plan,
                                   const PreparedData& data,
                                   const KernelSet& kernels, Observer& observer,
                                   const Snapshot* resume) {
  absl::StatusOr<TrialOutcome> result = TrialOutcome{};
  TrainGroup({{&plan, &observer, resume}}, data, kernels,
             [&](size_t, absl::StatusOr<TrialOutcome> outcome) {
               result = std::move(outcome);
             });
  return result;
}

}  // namespace etalon::train
