#ifndef ETALON_SERVER_SEARCH_STAGE_PLAN_H_
#define ETALON_SERVER_SEARCH_STAGE_PLAN_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/trial.pb.h"

namespace etalon {

// A configuration that a stage trains.
struct Configuration {
  int index = 0;  // in its stage, from 0
  std::vector<v1::ParameterAssignment> parameters;
  // Those that are known when it is planned: a race may add more.
  std::vector<v1::Seeds> replicates;
  // What ends its trials before their full length, by update.
  std::vector<v1::Threshold> thresholds = {};
  // Where the stage is not deterministic (adaptive_stage.h): those before it of
  // which no result was known when it was proposed.
  std::vector<int> unseen = {};
};

// All that is decided of a stage when it starts: everything, unless it is
// adaptive (adaptive_stage.h).
struct StagePlan {
  // The ranges that the configurations came from, in the order of the search's
  // parameters. Of a stage that takes: the box of the stage that it takes from.
  std::vector<v1::Parameter> box;
  // Of an adaptive stage those that no result is needed for; the others come by
  // server/stage_proposals.h.
  std::vector<Configuration> configurations;
};

// Plans stage `stage` (from 0) of a valid spec. `observed` are all trials of
// the stage that it refines or takes from, and `observed_box` is that stage's
// box as its own plan gave it; both empty for other stages. `contenders` are
// its configurations that its race has left, which come before the others;
// empty where it did not race. A pure function: the order of `observed` does
// not matter. FAILED_PRECONDITION: `observed` has no configuration to build on.
// INTERNAL: `observed` or `observed_box` are not of that stage.
absl::StatusOr<StagePlan> PlanStage(
    const v1::SearchSpec& spec, int stage, absl::Span<const v1::Trial> observed,
    absl::Span<const v1::Parameter> observed_box,
    absl::Span<const int> contenders = {});

// Configuration `index` of stage `stage` of a valid spec, with what each of its
// replicates is trained by.
Configuration PlanConfiguration(
    const v1::SearchSpec& spec, int stage, int index,
    std::vector<v1::ParameterAssignment> parameters);

// Trials that the stage will have, known beforehand; of a race the most it can.
// What an earlier stage
// finds can only change it for a stage that takes, which has fewer when the
// earlier one has too few configurations with a result, and for a grid over a
// refined box with integers or categories, whose number follows the box. Counts
// that do not fit the type saturate. `spec` need not be valid.
int64_t PlannedTrials(const v1::SearchSpec& spec, int stage);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_STAGE_PLAN_H_
