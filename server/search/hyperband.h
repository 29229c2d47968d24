#ifndef ETALON_SERVER_SEARCH_HYPERBAND_H_
#define ETALON_SERVER_SEARCH_HYPERBAND_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// Hyperband (Li et al., "Hyperband: a novel bandit-based approach to
// hyperparameter optimization", JMLR 18, 2018, algorithm 1): a stage NAME with
// `stopping: {hyperband: ...}` stands for its brackets s = s_max, ..., 0,
// stages NAME-1, NAME-2, ... and at last NAME, that halve from their rung
// number s before the last on. s_max is how many rungs halving would have;
// bracket s has ceil(n (s_max + 1) / ((s + 1) factor^(s_max - s)))
// configurations, where n is the stage's own count, as the first bracket has
// it.

// Whether the brackets of stage `stage` can be written out, where it has
// Hyperband: INVALID_ARGUMENT and RESOURCE_EXHAUSTED name the field. What is
// wrong with a bracket, ValidateSpec tells about that.
absl::Status ValidateHyperband(const v1::SearchSpec& spec, int stage);

// The stages that stage `stage`, which has Hyperband, stands for: at least one,
// and as many for a spec that is not valid as can be told.
std::vector<v1::StageSpec> HyperbandBrackets(const v1::SearchSpec& spec,
                                             int stage);

// Of a spec without Hyperband: the stages whose configurations are meant where
// a later stage builds on stage `stage`, rising. That is the stage alone, but
// of the last of several brackets all of them: stages NAME-1, NAME-2, ..., NAME
// in a row that halve by one factor, each from a first rung so many times as
// long.
std::vector<int> StagesMeant(const v1::SearchSpec& spec, int stage);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_HYPERBAND_H_
