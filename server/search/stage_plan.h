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
  std::vector<v1::Seeds> replicates;
};

// All that a stage does, decided when it starts.
struct StagePlan {
  // The ranges that the configurations came from, in the order of the search's
  // parameters.
  std::vector<v1::Parameter> box;
  std::vector<Configuration> configurations;
};

// Plans stage `stage` (from 0) of a valid spec. `observed` are all trials of
// the stage that it refines or takes from; empty for other stages. A pure
// function: the order of `observed` does not matter. FAILED_PRECONDITION:
// `observed` has no configuration to build on.
absl::StatusOr<StagePlan> PlanStage(const v1::SearchSpec& spec, int stage,
                                    absl::Span<const v1::Trial> observed);

// Trials that the stage will have, known beforehand. Counts that do not fit the
// type saturate. `spec` need not be valid.
int64_t PlannedTrials(const v1::SearchSpec& spec, int stage);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_STAGE_PLAN_H_
