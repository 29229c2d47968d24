#include "server/contenders.h"

#include <algorithm>
#include <set>
#include <utility>

#include "common/resource_names.h"
#include "common/status_macros.h"
#include "server/search/ranking.h"
#include "server/succeeded_trials.h"

namespace etalon {
namespace {

// Trials that are looked at before everything is, for each configuration that
// is asked for; and at least so many.
constexpr size_t kLooksPerConfiguration = 20;
constexpr size_t kMinLooks = 500;
constexpr int kMinPage = 50;

// A mean of equal numbers may be rounded to a little more than they are.
constexpr double kRounding = 1e-12;

// SUCCEEDED trials of the stage or of all, best first.
TrialQuery BestTrials(const std::string& search, const std::string& stage) {
  return {.search = search,
          .filter = SucceededTrials(stage),
          .order = {{TrialField::kValidationAccuracy, ""}, true}};
}

// Whether nothing that has no better trial than `accuracy` comes before or
// between the first `limit`.
bool IsDecided(const std::vector<v1::RankedConfiguration>& ranked,
               v1::RankBy by, const RacedStages& raced, size_t limit,
               double accuracy) {
  if (ranked.size() < limit) return false;
  const v1::RankedConfiguration& last = ranked[limit - 1];
  return last.counts().diverged() == 0 && last.counts().failed() == 0 &&
         !IsOut(last, raced) &&
         RankingScore(last.validation_accuracy(), by) > accuracy + kRounding;
}

absl::StatusOr<std::vector<v1::RankedConfiguration>> RankAll(
    Reader& reader, const std::string& search, const std::string& stage,
    v1::RankBy by, const RacedStages& raced, size_t limit) {
  ETALON_ASSIGN_OR_RETURN(const std::vector<v1::Trial> trials,
                          reader.ListStageTrials(search, stage));
  std::vector<v1::RankedConfiguration> ranked =
      RankConfigurations(trials, by, raced);
  if (ranked.size() > limit) ranked.resize(limit);
  return ranked;
}

}  // namespace

absl::StatusOr<std::vector<v1::RankedConfiguration>> RankBest(
    Reader& reader, const std::string& search, const std::string& stage,
    v1::RankBy by, size_t limit) {
  ETALON_ASSIGN_OR_RETURN(const v1::Search description,
                          reader.GetSearch(search));
  const RacedStages raced = RacedStagesOf(description);
  const TrialQuery query = BestTrials(search, stage);
  const size_t most = std::max(kMinLooks, kLooksPerConfiguration * limit);
  PageRequest page = {.size = std::max(kMinPage, static_cast<int>(2 * limit))};
  std::set<std::pair<std::string, int>> seen;
  std::vector<v1::Trial> trials;
  for (size_t looks = 0; looks < most;) {
    ETALON_ASSIGN_OR_RETURN(const Page<v1::Trial> best,
                            reader.ListTrials(query, page));
    // Where there are no more, what did badly may have to fill the list.
    if (best.next_token.empty() || best.items.empty()) break;
    looks += best.items.size();
    for (const v1::Trial& trial : best.items) {
      if (!seen.emplace(trial.stage(), trial.configuration()).second) continue;
      ETALON_ASSIGN_OR_RETURN(const StageName name,
                              ParseStageName(trial.stage()));
      ETALON_ASSIGN_OR_RETURN(
          const std::vector<v1::Trial> replicates,
          reader.ListReplicates(search, name.stage, trial.configuration()));
      trials.insert(trials.end(), replicates.begin(), replicates.end());
    }
    std::vector<v1::RankedConfiguration> ranked =
        RankConfigurations(trials, by, raced);
    if (IsDecided(ranked, by, raced, limit,
                  best.items.back().result().validation().accuracy())) {
      ranked.resize(limit);
      return ranked;
    }
    page.token = best.next_token;
    page.size = static_cast<int>(std::min<size_t>(2 * page.size, most));
  }
  return RankAll(reader, search, stage, by, raced, limit);
}

}  // namespace etalon
