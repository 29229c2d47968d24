#ifndef ETALON_SERVER_SEARCH_ADAPTIVE_STAGE_H_
#define ETALON_SERVER_SEARCH_ADAPTIVE_STAGE_H_

#include <vector>

#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/training.pb.h"
#include "etalon/v1/trial.pb.h"
#include "server/search/course.h"

namespace etalon {

// Stages whose configurations are queued one after the other while they run:
// because their sample learns from results (sample.h), or because what ends
// their trials before their full length (median_rule.h, asynchronous_halving.h)
// comes from earlier ones, or both. Stages are valid; `box` is the stage's as
// PlanStage gave it.

bool IsAdaptive(const v1::StageSpec& stage);

// Whether trials are queued with thresholds that are made of others' courses.
bool ComparesTrials(const v1::StageSpec& stage);

// Whether all that is queued depends on results of which it is known beforehand
// that they will be there.
bool IsDeterministic(const v1::StageSpec& stage);

// All configurations that a stage that samples will have.
int ConfigurationCount(const v1::StageSpec& stage,
                       absl::Span<const v1::Parameter> box);

// Configurations of which no trial is open.
struct Closed {
  int first = 0;  // those before the first that is not
  int all = 0;
};
// How many configurations an adaptive stage can have by now: what its sample
// allows and, where it compares trials, `look_ahead` more than are closed.
// Never falls when these rise.
int ProposableCount(const v1::StageSpec& stage,
                    absl::Span<const v1::Parameter> box, const Closed& closed);

// How many configurations, from the first on, the trials of configuration
// `index` are compared with, of a stage that compares: if it is deterministic
// those that are closed whenever it can be proposed, else all before it, of
// which those count that are.
int ComparedCount(const v1::StageSpec& stage, int index);

// The updates of the rungs at which the stage's rule compares a trial of
// `training`; none where the rule knows none.
std::vector<int64_t> ComparedRungs(const v1::StageSpec& stage,
                                   const v1::Training& training);

// What ends trials of `training`, as ApplyParameters gives it, by the rule of a
// stage that compares.
std::vector<v1::Threshold> MakeThresholds(const v1::StageSpec& stage,
                                          const v1::Training& training,
                                          absl::Span<const Course> compared);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_ADAPTIVE_STAGE_H_
