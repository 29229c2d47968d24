#include "server/search/ranking.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "server/search/statistics.h"

namespace etalon {
namespace {

void CountState(v1::Trial::State state, v1::TrialCounts& counts) {
  switch (state) {
    case v1::Trial::QUEUED:
      return counts.set_queued(counts.queued() + 1);
    case v1::Trial::RUNNING:
      return counts.set_running(counts.running() + 1);
    case v1::Trial::SUCCEEDED:
      return counts.set_succeeded(counts.succeeded() + 1);
    case v1::Trial::DIVERGED:
      return counts.set_diverged(counts.diverged() + 1);
    case v1::Trial::FAILED:
      return counts.set_failed(counts.failed() + 1);
    case v1::Trial::CANCELLED:
      return counts.set_cancelled(counts.cancelled() + 1);
    case v1::Trial::SUSPENDED:
      return counts.set_suspended(counts.suspended() + 1);
    case v1::Trial::STOPPED:
      return counts.set_stopped(counts.stopped() + 1);
    default:
      return;
  }
}

// Of the part that `has` and `get` name, over the succeeded replicates that
// measured it.
std::optional<v1::Statistic> PartAccuracy(
    absl::Span<const v1::Trial* const> replicates,
    bool (v1::Measurement::*has)() const,
    const v1::PartMeasurement& (v1::Measurement::*get)() const) {
  std::vector<double> accuracies;
  for (const v1::Trial* trial : replicates) {
    if (trial->state() != v1::Trial::SUCCEEDED) continue;
    const v1::Measurement& result = trial->result();
    if (!(result.*has)() || !std::isfinite((result.*get)().accuracy())) {
      continue;
    }
    accuracies.push_back((result.*get)().accuracy());
  }
  if (accuracies.empty()) return std::nullopt;
  return ComputeStatistic(accuracies);
}

// Nothing where no succeeded replicate has a validation accuracy.
std::optional<v1::RankedConfiguration> Summarize(
    std::vector<const v1::Trial*> replicates) {
  // Sums must not depend on the order that trials came in.
  std::sort(replicates.begin(), replicates.end(),
            [](const v1::Trial* a, const v1::Trial* b) {
              return a->replicate() < b->replicate();
            });
  std::optional<v1::Statistic> validation =
      PartAccuracy(replicates, &v1::Measurement::has_validation,
                   &v1::Measurement::validation);
  if (!validation.has_value()) return std::nullopt;

  v1::RankedConfiguration configuration;
  const v1::Trial& first = *replicates.front();
  configuration.set_stage(first.stage());
  configuration.set_configuration(first.configuration());
  *configuration.mutable_parameters() = first.parameters();
  for (const v1::Trial* trial : replicates) {
    CountState(trial->state(), *configuration.mutable_counts());
    configuration.add_trials(trial->name());
  }
  *configuration.mutable_validation_accuracy() = *std::move(validation);
  if (std::optional<v1::Statistic> train = PartAccuracy(
          replicates, &v1::Measurement::has_train, &v1::Measurement::train)) {
    *configuration.mutable_train_accuracy() = *std::move(train);
  }
  if (std::optional<v1::Statistic> test = PartAccuracy(
          replicates, &v1::Measurement::has_test, &v1::Measurement::test)) {
    *configuration.mutable_test_accuracy() = *std::move(test);
  }
  return configuration;
}

using Replicates = std::vector<const v1::Trial*>;
using Configurations = std::map<std::pair<std::string, int>, Replicates>;

// Leaves one of those that are the same, as their first replicates are: the one
// with the most replicates, among which are the others'; of several the one
// that was trained, or the first.
void LeaveOneOfSame(Configurations& configurations) {
  struct Kept {
    Configurations::iterator configuration;
    bool trained = false;
  };
  std::map<std::string, Kept> kept;
  for (auto it = configurations.begin(); it != configurations.end();) {
    const v1::Trial& first =
        **std::min_element(it->second.begin(), it->second.end(),
                           [](const v1::Trial* a, const v1::Trial* b) {
                             return a->replicate() < b->replicate();
                           });
    const bool trained = first.same_as().empty();
    const auto [other, alone] = kept.try_emplace(
        trained ? first.name() : first.same_as(), Kept{it, trained});
    if (alone) {
      ++it;
      continue;
    }
    const auto rank = [](const Kept& one) {
      return std::make_pair(one.configuration->second.size(), one.trained);
    };
    if (rank({it, trained}) > rank(other->second)) {
      configurations.erase(other->second.configuration);
      other->second = {it, trained};
      ++it;
    } else {
      it = configurations.erase(it);
    }
  }
}

// Rising from the best; a total order, since stage and index name one.
auto RankingKey(const v1::RankedConfiguration& configuration, v1::RankBy by,
                const RacedStages& raced) {
  const v1::TrialCounts& counts = configuration.counts();
  const v1::Statistic& validation = configuration.validation_accuracy();
  return std::make_tuple(
      IsOut(configuration, raced), counts.diverged() > 0 || counts.failed() > 0,
      -RankingScore(validation, by), -validation.mean(),
      std::cref(configuration.stage()), configuration.configuration());
}

}  // namespace

double RankingScore(const v1::Statistic& validation, v1::RankBy by) {
  switch (by) {
    case v1::RANK_BY_LOWER_BOUND:
      return validation.has_lower_95()
                 ? validation.lower_95()
                 : -std::numeric_limits<double>::infinity();
    case v1::RANK_BY_MEDIAN:
      return validation.median();
    default:
      return validation.mean();
  }
}

RacedStages RacedStagesOf(const v1::Search& search) {
  RacedStages raced;
  for (const v1::Stage& stage : search.stages()) {
    if (!stage.has_race()) continue;
    raced[stage.name()].insert(stage.race().contenders().begin(),
                               stage.race().contenders().end());
  }
  return raced;
}

bool IsOut(const v1::RankedConfiguration& configuration,
           const RacedStages& raced) {
  const auto stage = raced.find(configuration.stage());
  return stage != raced.end() &&
         stage->second.count(configuration.configuration()) == 0;
}

std::vector<v1::RankedConfiguration> RankConfigurations(
    absl::Span<const v1::Trial> trials, v1::RankBy by,
    const RacedStages& raced) {
  Configurations configurations;
  for (const v1::Trial& trial : trials) {
    configurations[{trial.stage(), trial.configuration()}].push_back(&trial);
  }
  if (std::any_of(trials.begin(), trials.end(), [](const v1::Trial& trial) {
        return !trial.same_as().empty();
      })) {
    LeaveOneOfSame(configurations);
  }
  std::vector<v1::RankedConfiguration> ranked;
  for (auto& [key, replicates] : configurations) {
    if (std::optional<v1::RankedConfiguration> configuration =
            Summarize(std::move(replicates))) {
      ranked.push_back(*std::move(configuration));
    }
  }
  std::sort(ranked.begin(), ranked.end(), [&](const auto& a, const auto& b) {
    return RankingKey(a, by, raced) < RankingKey(b, by, raced);
  });
  for (size_t i = 0; i < ranked.size(); ++i) {
    ranked[i].set_rank(static_cast<int>(i) + 1);
  }
  return ranked;
}

}  // namespace etalon
