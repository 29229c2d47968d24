#include "server/stage_progress.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "common/resource_names.h"
#include "common/status_macros.h"
#include "etalon/v1/trial.pb.h"
#include "server/rungs.h"
#include "server/search/adaptive_stage.h"
#include "server/search/hyperband.h"
#include "server/search/stage_plan.h"
#include "server/search/training.h"
#include "server/stage_budget.h"
#include "server/stage_configurations.h"
#include "server/stage_race.h"

namespace etalon {
namespace {

// What a stage builds on: the trials and the box of an earlier one. Both empty
// where it starts from its own ranges.
struct Observation {
  std::vector<v1::Trial> trials;
  std::vector<v1::Parameter> box;
  // Of its race, if it had one.
  std::vector<int> contenders;
};

absl::StatusOr<Observation> Observe(Transaction& transaction,
                                    const v1::SearchSpec& spec, int position,
                                    absl::Span<const StageRecord> stages) {
  const v1::StageSpec& stage = spec.stages(position);
  const std::string source =
      stage.has_take() ? stage.take().from() : stage.refine().from();
  Observation observation;
  if (source.empty()) return observation;
  for (const StageRecord& earlier : stages) {
    if (earlier.name != source) continue;
    observation.box = earlier.box;
    for (const int meant : StagesMeant(spec, earlier.position)) {
      ETALON_ASSIGN_OR_RETURN(
          const std::vector<v1::Trial> trials,
          transaction.ListStageTrials(spec.name(), spec.stages(meant).name()));
      observation.trials.insert(observation.trials.end(), trials.begin(),
                                trials.end());
    }
    if (earlier.race.has_value()) {
      observation.contenders.assign(earlier.race->contenders().begin(),
                                    earlier.race->contenders().end());
    }
  }
  return observation;
}

// A search that gives nothing to use has not succeeded, however calmly it
// ended.
absl::Status EndAfterLastStage(Transaction& transaction,
                               const SearchRecord& search,
                               const StageRecord& last, absl::Time now,
                               Effects& effects) {
  ETALON_ASSIGN_OR_RETURN(
      const std::vector<v1::Trial> trials,
      transaction.ListStageTrials(search.spec.name(), last.name));
  const bool succeeded =
      std::any_of(trials.begin(), trials.end(), [](const v1::Trial& trial) {
        return trial.state() == v1::Trial::SUCCEEDED;
      });
  if (succeeded) {
    return EndSearch(transaction, search, v1::Search::SUCCEEDED, "", now,
                     effects);
  }
  return EndSearch(
      transaction, search, v1::Search::FAILED,
      absl::StrCat("no trial of stage '", last.name, "', the last, succeeded"),
      now, effects);
}

// Ends a search that still has open trials, for a fault of its own.
absl::Status AbandonSearch(Transaction& transaction, const SearchRecord& search,
                           absl::string_view message, absl::Time now,
                           Effects& effects) {
  v1::Failure failure;
  failure.set_reason(v1::Failure::CANCELLED);
  failure.set_message("the search has failed");
  ETALON_ASSIGN_OR_RETURN(effects.ended, transaction.ListLeasesIn(search.id));
  ETALON_RETURN_IF_ERROR(transaction.CancelOpenTrials(search.id, failure, now));
  return EndSearch(transaction, search, v1::Search::FAILED, message, now,
                   effects);
}

// Of an adaptive stage: whether not all its configurations are known, and none
// was beyond its budget.
absl::StatusOr<bool> HasMoreToPropose(Transaction& transaction,
                                      const v1::SearchSpec& spec,
                                      const StageRecord& stage) {
  const v1::StageSpec& stage_spec = spec.stages(stage.position);
  if (!IsAdaptive(stage_spec)) return false;
  if (stage_spec.has_budget()) {
    ETALON_ASSIGN_OR_RETURN(const bool spent,
                            transaction.StageHasCancelledTrials(stage.id));
    if (spent) return false;
  }
  ETALON_ASSIGN_OR_RETURN(const int next,
                          transaction.NextConfiguration(stage.id));
  return next < ConfigurationCount(stage_spec, stage.box);
}

}  // namespace

std::vector<NewStage> PlanStages(const v1::SearchSpec& spec) {
  std::vector<NewStage> stages;
  stages.reserve(spec.stages_size());
  for (int i = 0; i < spec.stages_size(); ++i) {
    stages.push_back({spec.stages(i).name(), ResolveTraining(spec, i),
                      spec.stages(i).evaluate_test(), PlannedTrials(spec, i)});
  }
  return stages;
}

absl::Status EndSearch(Transaction& transaction, const SearchRecord& search,
                       v1::Search::State state, absl::string_view message,
                       absl::Time now, Effects& effects) {
  effects.searches_changed = true;
  ETALON_ASSIGN_OR_RETURN(const std::vector<StageRecord> stages,
                          transaction.ListStages(search.id));
  for (const StageRecord& stage : stages) effects.proposed.push_back(stage.id);
  ETALON_RETURN_IF_ERROR(
      transaction.SetSearchState(search.id, state, message, now));
  effects.events.push_back(absl::StrCat(FormatSearchName(search.spec.name()),
                                        " is ", v1::Search::State_Name(state),
                                        message.empty() ? "" : ": ", message));
  return absl::OkStatus();
}

absl::Status AdvanceSearch(Transaction& transaction, SearchId search_id,
                           const Moment& now, Effects& effects) {
  ETALON_ASSIGN_OR_RETURN(const SearchRecord search,
                          transaction.GetSearchById(search_id));
  ETALON_ASSIGN_OR_RETURN(std::vector<StageRecord> stages,
                          transaction.ListStages(search_id));
  for (StageRecord& stage : stages) {
    if (stage.state == v1::Stage::COMPLETE) continue;
    if (stage.state == v1::Stage::PENDING) {
      effects.searches_changed = true;
      ETALON_ASSIGN_OR_RETURN(
          const Observation observed,
          Observe(transaction, search.spec, stage.position, stages));
      absl::StatusOr<StagePlan> plan =
          PlanStage(search.spec, stage.position, observed.trials, observed.box,
                    observed.contenders);
      if (!plan.ok()) {
        return EndSearch(transaction, search, v1::Search::FAILED,
                         plan.status().message(), now.time, effects);
      }
      // Validation tries the ends of the ranges: what lies between them may
      // still not fit together.
      auto rows = MakeRows(search.spec, stage, std::move(plan->configurations));
      if (!rows.ok()) {
        return EndSearch(transaction, search, v1::Search::FAILED,
                         rows.status().message(), now.time, effects);
      }
      stage.box = std::move(plan->box);
      ETALON_RETURN_IF_ERROR(StartStage(transaction, search.spec, stages, stage,
                                        *std::move(rows), now));
      effects.trials_available = true;
      effects.events.push_back(absl::StrCat(
          FormatStageName(search.spec.name(), stage.name), " has started"));
    }
    if (const std::optional<absl::Time> end =
            EndOfTime(search.spec.stages(stage.position), stage)) {
      effects.timed.push_back({stage.id, *end});
    }
    ETALON_ASSIGN_OR_RETURN(const bool open,
                            transaction.StageHasOpenTrials(stage.id));
    ETALON_ASSIGN_OR_RETURN(const bool proposing,
                            HasMoreToPropose(transaction, search.spec, stage));
    if (proposing) {
      effects.proposing.push_back({search.spec.name(), stage.name, stage.id});
    }
    if (open || proposing) return absl::OkStatus();
    ETALON_ASSIGN_OR_RETURN(
        const bool going_on,
        LeaveRung(transaction, search.spec, stage, now.time, effects));
    if (going_on) return absl::OkStatus();
    ETALON_ASSIGN_OR_RETURN(
        const bool racing,
        AdvanceRace(transaction, search, stages, stage, now, effects));
    if (racing) return absl::OkStatus();
    ETALON_RETURN_IF_ERROR(transaction.CompleteStage(stage.id, now.time));
  }
  return EndAfterLastStage(transaction, search, stages.back(), now.time,
                           effects);
}

absl::Status AddProposals(Transaction& transaction, const StageKey& key,
                          std::vector<Configuration> proposed,
                          const Moment& now, Effects& effects) {
  if (proposed.empty()) return absl::OkStatus();
  const absl::StatusOr<SearchRecord> search =
      transaction.FindSearch(key.search);
  if (absl::IsNotFound(search.status())) return absl::OkStatus();
  ETALON_RETURN_IF_ERROR(search.status());
  ETALON_ASSIGN_OR_RETURN(std::vector<StageRecord> stages,
                          transaction.ListStages(search->id));
  const auto stage =
      std::find_if(stages.begin(), stages.end(), [&](const StageRecord& s) {
        return s.id == key.id && s.state == v1::Stage::RUNNING;
      });
  if (stage == stages.end()) return absl::OkStatus();
  ETALON_ASSIGN_OR_RETURN(bool more,
                          HasMoreToPropose(transaction, search->spec, *stage));
  if (!more) {
    effects.proposed.push_back(stage->id);
    return absl::OkStatus();
  }
  ETALON_ASSIGN_OR_RETURN(const int next,
                          transaction.NextConfiguration(stage->id));
  if (proposed.front().index != next) return absl::OkStatus();
  auto rows = MakeRows(search->spec, *stage, std::move(proposed));
  if (!rows.ok()) {
    return AbandonSearch(transaction, *search, rows.status().message(),
                         now.time, effects);
  }
  ETALON_ASSIGN_OR_RETURN(const bool reused,
                          ExtendStage(transaction, search->spec, stages, *stage,
                                      *std::move(rows), now));
  effects.trials_available = true;
  // They may have ended at once, as what stands for them has.
  if (reused) effects.observed.push_back(stage->id);
  ETALON_ASSIGN_OR_RETURN(more,
                          HasMoreToPropose(transaction, search->spec, *stage));
  if (more) return absl::OkStatus();
  effects.proposed.push_back(stage->id);
  ETALON_ASSIGN_OR_RETURN(const bool open,
                          transaction.StageHasOpenTrials(stage->id));
  if (open) return absl::OkStatus();
  return AdvanceSearch(transaction, search->id, now, effects);
}

absl::Status EndStageTime(Transaction& transaction, StageId id,
                          const Moment& now, Effects& effects) {
  const absl::StatusOr<StageRecord> stage = transaction.GetStage(id);
  if (absl::IsNotFound(stage.status())) {
    effects.untimed.push_back(id);
    return absl::OkStatus();
  }
  ETALON_RETURN_IF_ERROR(stage.status());
  if (stage->state != v1::Stage::RUNNING) {
    effects.untimed.push_back(id);
    return absl::OkStatus();
  }
  ETALON_ASSIGN_OR_RETURN(const SearchRecord search,
                          transaction.GetSearchById(stage->search));
  ETALON_RETURN_IF_ERROR(CancelForTime(
      transaction, search.spec.stages(stage->position), id, 0, now.time));
  ETALON_ASSIGN_OR_RETURN(const bool open, transaction.StageHasOpenTrials(id));
  if (open) return absl::OkStatus();
  return AdvanceSearch(transaction, search.id, now, effects);
}

}  // namespace etalon
