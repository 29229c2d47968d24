#include "worker/local_trial_runner.h"

#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "worker/decode_dataset.h"
#include "worker/plan_codec.h"
#include "worker/trial_groups.h"
#include "worker/trial_start.h"

namespace etalon {
namespace {

// Of what Load came to: FAILED_PRECONDITION says that nothing is wrong with the
// trial.
TrialResult WithoutData(const absl::Status& status) {
  TrialResult result = FailedResult(status);
  if (absl::IsFailedPrecondition(status)) {
    result.kind = TrialResult::Kind::kUnusable;
  }
  return result;
}

std::vector<GroupCandidate> Candidates(const std::vector<ReadyTrial>& trials) {
  std::vector<GroupCandidate> candidates;
  for (const ReadyTrial& trial : trials) {
    candidates.push_back({&trial.plan, trial.data.get(), trial.resume_update});
  }
  return candidates;
}

}  // namespace

void LocalTrialRunner::Run(const std::vector<TrialRun>& trials,
                           OnTrialEnd on_end) {
  const std::vector<ReadyTrial> ready = Prepare(trials, on_end);
  const std::vector<TrialGroup> groups =
      GroupTrials(Candidates(ready), [this](const GroupCandidate& candidate) {
        return width_(*candidate.plan, candidate.data->sizes());
      });
  absl::Status memory;
  for (const TrialGroup& group : groups) {
    std::vector<const ReadyTrial*> members;
    for (const size_t i : group.members) {
      const ReadyTrial& trial = ready[i];
      if (trial.run.monitor->ShouldStop()) {
        TrialResult result;
        result.kind = TrialResult::Kind::kStopped;
        on_end(trial.index, std::move(result));
      } else if (!memory.ok()) {
        on_end(trial.index, FailedResult(memory));
      } else {
        members.push_back(&trial);
      }
    }
    if (members.empty()) continue;
    memory = GroupTraining(context_, members, ready.size(), group.apart_because)
                 .Run(on_end);
  }
}

std::vector<ReadyTrial> LocalTrialRunner::Prepare(
    const std::vector<TrialRun>& trials, OnTrialEnd on_end) {
  // By description: what will not load is tried once.
  std::map<std::string, absl::StatusOr<DataCache::Data>> loaded;
  std::vector<ReadyTrial> ready;
  for (size_t i = 0; i < trials.size(); ++i) {
    const v1::Dataset& dataset = trials[i].trial->training().dataset();
    auto data = loaded.find(dataset.SerializeAsString());
    if (data == loaded.end()) {
      data = loaded.emplace(dataset.SerializeAsString(), Load(dataset)).first;
    }
    if (!data->second.ok()) {
      on_end(i, WithoutData(data->second.status()));
      continue;
    }
    absl::StatusOr<ReadyTrial> trial = Decode(trials[i], *data->second);
    if (!trial.ok()) {
      on_end(i, FailedResult(trial.status()));
      continue;
    }
    trial->index = i;
    ready.push_back(*std::move(trial));
  }
  return ready;
}

absl::StatusOr<ReadyTrial> LocalTrialRunner::Decode(
    const TrialRun& run, DataCache::Data data) const {
  ReadyTrial trial;
  trial.run = run;
  ETALON_ASSIGN_OR_RETURN(trial.plan, DecodePlan(*run.trial, data->sizes()));
  if (context_.checkpoints != nullptr || !run.checkpoint.empty() ||
      trial.plan.until_update > 0) {
    trial.fingerprint = FingerprintOf(*run.trial, *data, context_.kernels.name);
    // Read again when its turn comes: of large networks all at once would be
    // much.
    const std::optional<Checkpoint> start =
        FindStart(run, trial.fingerprint, context_.checkpoints);
    if (start.has_value()) trial.resume_update = start->snapshot.update;
  }
  trial.data = std::move(data);
  return trial;
}

absl::StatusOr<DataCache::Data> LocalTrialRunner::Load(
    const v1::Dataset& dataset) {
  ETALON_ASSIGN_OR_RETURN(const train::DatasetSpec spec,
                          DecodeDataset(dataset));
  absl::StatusOr<DataCache::Data> data = cache_.Get(spec);
  if (data.ok() ||
      FailedResult(data.status()).kind != TrialResult::Kind::kInternal) {
    return data;
  }
  datasets_.MarkUnusable(dataset.name(), dataset.path(), spec,
                         std::string(data.status().message()));
  return absl::FailedPreconditionError(
      absl::StrCat("data set ", dataset.name(), ": ", data.status().message()));
}

void LocalTrialRunner::Forget(const v1::Trial& trial) {
  if (context_.checkpoints != nullptr) context_.checkpoints->Remove(trial);
}

}  // namespace etalon
