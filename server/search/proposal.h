#ifndef ETALON_SERVER_SEARCH_PROPOSAL_H_
#define ETALON_SERVER_SEARCH_PROPOSAL_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// How adaptive samples (sample.h) get their configurations, one after the other
// while their stage runs.

// What is known of a configuration that the stage has proposed.
struct Observation {
  enum class State {
    kOpen,      // a replicate of it has not ended
    kMeasured,  // all have ended, one of them with a result
    kUseless,   // all have diverged or failed: as bad as the worst
  };

  std::vector<v1::ParameterAssignment> parameters;
  State state = State::kOpen;
  // Of kMeasured: mean validation accuracy over the replicates that have
  // succeeded. Finite; higher is better.
  double value = 0;
};

// How many configurations the stage can have by now, never more than it asks
// for. `closed` of them are not open: of a deterministic sample the first ones
// up to the first that is open, of another all there are. Never falls when
// `closed` rises.
int ProposableCount(const v1::Sample& sample,
                    absl::Span<const v1::Parameter> box, int closed);

// Configuration `observed.size()` of the stage: the next one, in the order of
// the box, without what conditions leave out. `observed` are those before it,
// in order; `box` is the stage's as PlanStage gave it. Needs fewer than
// ProposableCount configurations before it. A pure function; in a deterministic
// sample it does not depend on what is known of the last look_ahead - 1 of
// `observed`, in CMA-ES of those of its own generation. Takes up to a second
// where there are as many configurations as limits.h allows, so it is not for
// the writer's thread.
std::vector<v1::ParameterAssignment> Propose(
    uint64_t search_seed, int stage, const v1::Sample& sample,
    absl::Span<const v1::Parameter> box,
    absl::Span<const Observation> observed);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_PROPOSAL_H_
