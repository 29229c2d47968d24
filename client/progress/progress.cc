#include "client/progress/progress.h"

#include "client/fetch.h"
#include "client/names.h"
#include "client/progress/hint.h"
#include "client/progress/time_left.h"
#include "client/records/stage_text.h"
#include "client/stage_choice.h"
#include "client/trial_filter.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

using Service = Connection::Service;

// Trials of a stage that its cost is taken from, and that are known to run.
constexpr int kSampleTrials = 200;
constexpr int kRunningTrials = 1000;

// Trials in `states`, of one stage (id) or of all.
absl::Status FetchTrials(Connection& connection, const std::string& search,
                         const std::string& stage,
                         const std::vector<v1::Trial::State>& states, int limit,
                         std::vector<v1::Trial>& trials) {
  v1::ListTrialsRequest request;
  request.set_parent(search);
  request.set_filter(TrialsOf(stage, states));
  request.set_page_size(limit);
  ETALON_ASSIGN_OR_RETURN(
      const v1::ListTrialsResponse response,
      (connection.Call<v1::ListTrialsRequest, v1::ListTrialsResponse>(
          &Service::ListTrials, request)));
  trials.insert(trials.end(), response.trials().begin(),
                response.trials().end());
  return absl::OkStatus();
}

absl::StatusOr<Evidence> FetchEvidence(Connection& connection,
                                       const v1::Search& search) {
  Evidence evidence;
  evidence.search = search;
  bool unknown = false;
  for (const v1::Stage& stage : search.stages()) {
    if (stage.counts().succeeded() == 0) {
      unknown = unknown || stage.state() == v1::Stage::RUNNING ||
                stage.state() == v1::Stage::PENDING;
      continue;
    }
    ETALON_RETURN_IF_ERROR(FetchTrials(
        connection, search.name(), LastPart(stage.name()),
        {v1::Trial::SUCCEEDED, v1::Trial::DIVERGED, v1::Trial::STOPPED},
        kSampleTrials, evidence.ended));
  }
  ETALON_RETURN_IF_ERROR(FetchTrials(connection, search.name(), "",
                                     {v1::Trial::RUNNING}, kRunningTrials,
                                     evidence.running));
  ETALON_ASSIGN_OR_RETURN(evidence.workers, FetchWorkers(connection));
  if (unknown) {
    absl::StatusOr<v1::SearchPlan> plan = FetchPlan(connection, search.spec());
    // An older coordinator has no plans; then less is known.
    if (plan.ok()) evidence.plan = *std::move(plan);
  }
  return evidence;
}

}  // namespace

bool HasEnded(const v1::Search& search) {
  return search.state() == v1::Search::SUCCEEDED ||
         search.state() == v1::Search::FAILED ||
         search.state() == v1::Search::CANCELLED;
}

absl::StatusOr<Progress> FetchProgress(Connection& connection,
                                       const std::string& name) {
  Progress progress;
  ETALON_ASSIGN_OR_RETURN(progress.search, FetchSearch(connection, name));
  if (const std::string stage = BestStage(progress.search); !stage.empty()) {
    ETALON_ASSIGN_OR_RETURN(const v1::RankConfigurationsResponse ranked,
                            FetchBest(connection, name, stage, 1));
    if (ranked.configurations_size() > 0) {
      progress.best = ranked.configurations(0);
    }
  }
  if (HasEnded(progress.search)) {
    progress.hint = WhatToDoAboutFailure(progress.search);
    return progress;
  }
  // A paused search does not come to its end, whatever is still at work.
  if (progress.search.state() == v1::Search::RUNNING &&
      progress.search.counts().running() > 0) {
    ETALON_ASSIGN_OR_RETURN(const Evidence evidence,
                            FetchEvidence(connection, progress.search));
    progress.time_left = EstimateTimeLeft(evidence);
    progress.at_most = MayTakeLess(progress.search);
  } else {
    ETALON_ASSIGN_OR_RETURN(const auto workers, FetchWorkers(connection));
    progress.hint =
        WhyNothingHappens(progress.search, workers, connection.address());
  }
  return progress;
}

}  // namespace etalon
