#include "client/progress/progress.h"

#include <map>

#include "client/fetch.h"
#include "client/names.h"
#include "client/output/numbers.h"
#include "client/progress/hint.h"
#include "client/progress/time_left.h"
#include "client/stage_choice.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

using Service = Connection::Service;

// Trials of a stage that its mean duration is taken from.
constexpr int kSampleTrials = 200;
constexpr int kWorkersPage = 1000;

// How long trials of the started stages took, by full stage name.
absl::StatusOr<std::map<std::string, double>> FetchMeanSeconds(
    Connection& connection, const v1::Search& search) {
  std::map<std::string, double> means;
  for (const v1::Stage& stage : search.stages()) {
    if (stage.counts().succeeded() == 0) continue;
    v1::ListTrialsRequest request;
    request.set_parent(search.name());
    request.set_stage(LastPart(stage.name()));
    request.add_states(v1::Trial::SUCCEEDED);
    request.set_page_size(kSampleTrials);
    ETALON_ASSIGN_OR_RETURN(
        const v1::ListTrialsResponse response,
        (connection.Call<v1::ListTrialsRequest, v1::ListTrialsResponse>(
            &Service::ListTrials, request)));
    double sum = 0;
    for (const v1::Trial& trial : response.trials()) {
      sum += ToSeconds(trial.training_time());
    }
    if (response.trials_size() > 0) {
      means[stage.name()] = sum / response.trials_size();
    }
  }
  return means;
}

absl::StatusOr<std::vector<v1::Worker>> FetchWorkers(Connection& connection) {
  v1::ListWorkersRequest request;
  request.set_page_size(kWorkersPage);
  ETALON_ASSIGN_OR_RETURN(
      const v1::ListWorkersResponse response,
      (connection.Call<v1::ListWorkersRequest, v1::ListWorkersResponse>(
          &Service::ListWorkers, request)));
  return std::vector<v1::Worker>(response.workers().begin(),
                                 response.workers().end());
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
    ETALON_ASSIGN_OR_RETURN(const auto seconds,
                            FetchMeanSeconds(connection, progress.search));
    progress.time_left = EstimateTimeLeft(progress.search, seconds);
  } else {
    ETALON_ASSIGN_OR_RETURN(const auto workers, FetchWorkers(connection));
    progress.hint =
        WhyNothingHappens(progress.search, workers, connection.address());
  }
  return progress;
}

}  // namespace etalon
