#include "server/stage_race.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/resource_names.h"
#include "common/status_macros.h"
#include "server/search/racing.h"
#include "server/search/seeds.h"
#include "server/search/stage_lookup.h"
#include "server/search/training.h"
#include "server/stage_budget.h"
#include "server/stage_reuse.h"

namespace etalon {
namespace {

// Who races, and what their replicates gave.
struct Field {
  std::vector<int> configurations;  // by index
  std::vector<std::vector<RaceResult>> results;
  // Whether the first replicate of each was trained for another before.
  std::vector<bool> reused;
  // Trials of the stage were cancelled: its budget is spent.
  bool cut = false;
};

RaceResult ResultOf(const TrialOutcome& outcome) {
  if (outcome.state != v1::Trial::SUCCEEDED ||
      !outcome.validation_accuracy.has_value()) {
    return {RaceResult::State::kUseless, 0};
  }
  return {RaceResult::State::kMeasured, *outcome.validation_accuracy};
}

// `outcomes` are by configuration and replicate. Of configurations that are the
// same only the first races: they could never be told apart.
Field LineUp(absl::Span<const TrialOutcome> outcomes) {
  Field field;
  std::set<TrialId> seen;
  for (const TrialOutcome& outcome : outcomes) {
    const bool first = outcome.replicate == 0;
    if (first && seen.insert(outcome.trained).second) {
      field.configurations.push_back(outcome.configuration);
      field.results.emplace_back();
      field.reused.push_back(outcome.trained != outcome.trial);
    }
    const bool races = !field.configurations.empty() &&
                       field.configurations.back() == outcome.configuration;
    if (!races) continue;
    if (outcome.state == v1::Trial::CANCELLED) {
      field.cut = true;
    } else {
      field.results.back().push_back(ResultOf(outcome));
    }
  }
  return field;
}

v1::RaceOutcome OutcomeOf(const Field& field, const RaceStep& step) {
  v1::RaceOutcome outcome;
  outcome.set_kind(step.kind == RaceStep::Kind::kSeparated
                       ? v1::RaceOutcome::SEPARATED
                       : v1::RaceOutcome::SPENT);
  for (const int contender : step.contenders) {
    outcome.add_contenders(
        field.configurations[static_cast<size_t>(contender)]);
  }
  outcome.set_replicates(step.blocks);
  return outcome;
}

// The next block, and the updates of its trials.
struct Block {
  std::vector<NewReplicate> replicates;
  std::vector<std::optional<int64_t>> updates;
};

// Looks at parameters only where it has to.
absl::StatusOr<Block> NextBlock(Transaction& transaction,
                                const SearchRecord& search,
                                absl::Span<const StageRecord> stages,
                                const StageRecord& stage, const Field& field,
                                const RaceStep& step) {
  const bool counts_updates =
      search.spec.stages(stage.position).budget().updates() > 0;
  Block block;
  for (const int next : step.next) {
    const int configuration = field.configurations[static_cast<size_t>(next)];
    NewReplicate& replicate = block.replicates.emplace_back();
    replicate.configuration = configuration;
    replicate.replicate = step.blocks;
    replicate.seeds = TrialSeeds(search.spec.seed(), stage.position,
                                 configuration, step.blocks);
    block.updates.push_back(0);
    const bool reused = field.reused[static_cast<size_t>(next)];
    if (!counts_updates && !reused) continue;
    ETALON_ASSIGN_OR_RETURN(const std::vector<v1::Trial> trials,
                            transaction.ListReplicates(
                                search.spec.name(), stage.name, configuration));
    std::vector<NewConfiguration> row(1);
    row[0].parameters.assign(trials.front().parameters().begin(),
                             trials.front().parameters().end());
    ETALON_ASSIGN_OR_RETURN(const v1::Training applied,
                            ApplyParameters(stage.training, row[0].parameters));
    block.updates.back() = UpdatesOf(applied);
    if (!reused) continue;
    row[0].fingerprint = FingerprintOf(search.spec, stage.position, applied);
    row[0].replicates.resize(static_cast<size_t>(step.blocks) + 1);
    ETALON_RETURN_IF_ERROR(FindSame(transaction, stages, stage, row));
    if (!row[0].same_as.empty() && row[0].same_as.back().has_value()) {
      replicate.same_as = row[0].same_as.back();
      block.updates.back() = std::nullopt;
    }
  }
  return block;
}

}  // namespace

absl::StatusOr<bool> AdvanceRace(Transaction& transaction,
                                 const SearchRecord& search,
                                 absl::Span<const StageRecord> stages,
                                 StageRecord& stage, const Moment& now,
                                 Effects& effects) {
  const v1::Race* const race = RaceOf(search.spec, stage.position);
  if (race == nullptr || stage.race.has_value()) return false;
  // Replicates that others stand for may have ended at once, and with them a
  // whole block.
  while (true) {
    ETALON_ASSIGN_OR_RETURN(const std::vector<TrialOutcome> outcomes,
                            transaction.ListOutcomes(stage.id));
    if (outcomes.empty()) return false;
    const Field field = LineUp(outcomes);
    const RaceStep step = Race(RulesOf(*race), field.results);
    bool goes_on = step.kind == RaceStep::Kind::kGoesOn && !field.cut;
    Block block;
    if (goes_on) {
      ETALON_ASSIGN_OR_RETURN(
          block, NextBlock(transaction, search, stages, stage, field, step));
      ETALON_ASSIGN_OR_RETURN(
          goes_on, SpendWhole(transaction, search.spec.stages(stage.position),
                              stage, block.updates, now));
    }
    if (!goes_on) {
      stage.race = OutcomeOf(field, step);
      effects.events.push_back(absl::StrCat(
          "the race of ", FormatStageName(search.spec.name(), stage.name),
          " is ", v1::RaceOutcome::Kind_Name(stage.race->kind()), " after ",
          step.blocks, " replicates, with ", step.contenders.size(), " left"));
      ETALON_RETURN_IF_ERROR(transaction.SetRaceOutcome(stage.id, *stage.race));
      return false;
    }
    ETALON_RETURN_IF_ERROR(
        transaction.AddReplicates(stage.id, block.replicates, now.time));
    effects.trials_available = true;
    ETALON_ASSIGN_OR_RETURN(const bool open,
                            transaction.StageHasOpenTrials(stage.id));
    if (open) return true;
  }
}

}  // namespace etalon
